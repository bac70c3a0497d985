#pragma once
// The options that sandbox-launch and sandbox-run share: one place for their names, texts
// and checks.
#include "cli/options.hpp"
#include "life/launch.hpp"

namespace sandbox::life {

/// What doors and grants can be by name alone: presets.
std::vector<std::string> known_rules();

void add_launch_options(cli::Options& options, LaunchRequest& request);

}  // namespace sandbox::life
