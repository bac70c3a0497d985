#pragma once
// The verb of sandbox-change: what changes about a sandbox that runs.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "record/limits.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> targets;
  std::vector<std::string> allow, allow_cidr, close;
  bool close_all = false;
  std::vector<std::string> publish;
  std::optional<std::string> bind;
  std::vector<std::uint16_t> unpublish;
  std::optional<std::string> ttl, idle;  ///< TIME, +TIME or none
  std::map<std::string, std::string> labels;
  std::vector<std::string> unlabel;
  record::Limits limits;
  bool pause = false, resume = false;
  bool dry_run = false;
  cli::Output output;
};

/// Returns the exit code.
int change(const Options& options);

}  // namespace sandbox::tool
