#pragma once
// What jest and vitest write with --json: a file of tests for each result, a case for each
// assertion.
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

/// Paths that begin with `root` are shown from there.
Reading read_jest_json(std::string_view text, std::string_view root = {});

}  // namespace sandbox::results
