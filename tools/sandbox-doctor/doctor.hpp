#pragma once
// The verb of sandbox-doctor: what this host can do, line by line, and the safe part of its fixes.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> names;  ///< of lines or groups; none: all
  bool verbose = false;
  bool fix = false;
  bool yes = false;
  std::optional<std::string> user;  ///< root asks for him
  cli::Output output;
};

/// Those of lines and of groups, without programs.
std::vector<std::string> known_names();

/// Returns the exit code: 3 when a required wall cannot be raised.
int diagnose(const Options& options, std::span<const unsigned char> agent);

}  // namespace sandbox::tool
