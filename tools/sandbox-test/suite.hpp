#pragma once
// Suite: a project's own tests, run in a sandbox by the project's own runner.
#include "attempt.hpp"
#include "cli/output.hpp"
#include "options.hpp"
#include "place.hpp"
#include "runner.hpp"

namespace sandbox::tool {

/// What the runner's install needs of a sandbox of our own: doors, a cache, a copy of the project.
void prepare_launch(life::LaunchRequest& request, const config::Config& config, const Runner& runner, const Project& project,
                    const Options& options);

/// Throws Error(input) when the runner cannot do what is asked.
void check_wishes(const Runner& runner, const Options& options);

Attempt run_suite(const Place& place, const Runner& runner, const Options& options, cli::Progress& progress);

}  // namespace sandbox::tool
