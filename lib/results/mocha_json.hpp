#pragma once
// What mocha writes with its json reporter: a list for each outcome.
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

/// Paths that begin with `root` are shown from there.
Reading read_mocha_json(std::string_view text, std::string_view root = {});

}  // namespace sandbox::results
