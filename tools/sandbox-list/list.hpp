#pragma once
// The verb of sandbox-list.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cli/output.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> targets;
  std::map<std::string, std::string> labels;
  std::string state = "live";  ///< live: all that have a directory
  bool images = false;
  bool watch = false;
  bool ssh_config = false;
  std::optional<Path> ssh_key;
  cli::Output output;
};

/// Returns the exit code: 1 when a named sandbox is not there.
int list(const Options& options);

}  // namespace sandbox::tool
