#pragma once
// The verb of sandbox-run: launch, one command, the end.
#include "cli/output.hpp"
#include "life/launch.hpp"
#include "life/request.hpp"

namespace sandbox::tool {

struct Options {
  life::LaunchRequest launch;
  life::Request command;
  bool record = false;  ///< an outcome record instead of the streams
  std::optional<int> status_fd;
};

/// Returns the command's own status, or that of its verdict.
int run_once(Options options);

}  // namespace sandbox::tool
