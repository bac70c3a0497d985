#pragma once
// The verb of sandbox-snapshot: an image of what a sandbox has written.
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> targets;
  std::optional<std::string> name;
  cli::Output output;
};

/// Returns the exit code.
int snapshot(const Options& options);

}  // namespace sandbox::tool
