#pragma once
// The verb of sandbox-list.
#include <map>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> targets;
  std::map<std::string, std::string> labels;
  std::string state = "live";  ///< live: all that have a directory
  bool images = false;
  bool watch = false;
  cli::Output output;
};

/// Returns the exit code: 1 when a named sandbox is not there.
int list(const Options& options);

}  // namespace sandbox::tool
