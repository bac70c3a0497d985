#pragma once
// Cases: the test cases of a recipe, run in a sandbox.
#include "attempt.hpp"
#include "cli/output.hpp"
#include "options.hpp"
#include "place.hpp"
#include "results/test_file.hpp"

namespace sandbox::tool {

/// Those that `shard` has: every nth, so that long ones that stand together are spread.
Attempt run_cases(const Place& place, const results::TestFile& file, const Path& source, const Options& options, cli::Progress& progress);

}  // namespace sandbox::tool
