#pragma once
// The verb of sandbox-log: read, check and keep the audit log.
#include <optional>
#include <string>
#include <vector>

#include "audit/head.hpp"
#include "cli/output.hpp"
#include "query.hpp"

namespace sandbox::tool {

struct Options {
  Query query;
  bool follow = false, verify = false, rotate = false;
  std::vector<audit::Head> anchors;
  std::optional<std::string> replay, changes;  ///< a sandbox's id or name
  std::optional<std::string> stats;            ///< sandbox, label, day
  cli::Output output;
};

/// Returns the exit code: 1 when --verify finds that the log is not what was written.
int read_log(Options options);

}  // namespace sandbox::tool
