#pragma once
// The verb of sandbox-copy: files between the host and a sandbox.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> operands;  ///< sources, then the target
  std::optional<std::string> user;    ///< inside
  std::optional<std::uint64_t> limit;
  bool changes = false;
  bool watch = false;
  cli::Output output;
};

/// Returns the exit code.
int copy(const Options& options);

}  // namespace sandbox::tool
