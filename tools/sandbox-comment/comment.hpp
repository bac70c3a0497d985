#pragma once
// The verb of sandbox-comment: records from stdin become one comment.
#include <optional>
#include <string>

#include "cli/output.hpp"
#include "destination.hpp"

namespace sandbox::tool {

struct Options {
  Where where;
  std::string key = "default";
  std::string title = "sandbox";
  std::optional<std::uint64_t> limit;
  bool dry_run = false;
  bool status = false;
  cli::Output output;
};

/// Returns the exit code: 1 when a chain says no.
int comment(const Options& options);

}  // namespace sandbox::tool
