#pragma once
// The verb of sandbox-change: what changes about a sandbox that runs.
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> targets;
  std::vector<std::string> allow, allow_cidr, close;
  bool close_all = false;
  cli::Output output;
};

/// Returns the exit code.
int change(const Options& options);

}  // namespace sandbox::tool
