#pragma once
// Config: what the administrator and the user set once; sandbox-config(5). Files first, then
// the environment, then options: later wins.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "record/limits.hpp"

namespace sandbox::config {

struct Config {
  std::vector<std::string> allow_missing;  ///< isolation.allow_missing
  std::vector<std::string> require;        ///< isolation.require
  std::optional<int> places;               ///< execution.places, SANDBOX_PLACES
  std::optional<std::chrono::milliseconds> ttl;   ///< execution.ttl
  std::optional<std::chrono::milliseconds> idle;  ///< execution.idle
  record::Limits limits;                   ///< execution.limits
  std::string cache_scope = "trusted";     ///< cache.scope

  /// /etc/sandbox/config.json, $XDG_CONFIG_HOME/sandbox/config.json (or SANDBOX_CONFIG instead
  /// of both), then the environment. Unknown keys are refused: a misspelt wall must not be
  /// an absent one.
  static Config load();
};

/// Applies one file's text on top; throws Error(input) naming file and key.
void apply(Config& config, std::string_view text, const std::string& file);

}  // namespace sandbox::config
