#pragma once
// Config: what the administrator and the user set once; sandbox-config(5). Files first, then
// the environment, then options: later wins.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "record/limits.hpp"

namespace sandbox::config {

/// What an hour costs; nothing: it is not counted.
struct Prices {
  std::optional<double> sandbox_hour;     ///< prices.sandbox_hour: of being there
  std::optional<double> cpu_hour;         ///< prices.cpu_hour: of processor time
  std::optional<double> memory_gib_hour;  ///< prices.memory_gib_hour: of the most memory it had at once
  std::optional<std::string> currency;    ///< prices.currency

  bool any() const { return sandbox_hour || cpu_hour || memory_gib_hour; }
};

struct LogSettings {
  bool required = false;                      ///< log.required: no entry, no deed
  bool output_digest = false;                 ///< log.output_digest: of output that passes through, too
  std::uint64_t rotate_bytes = 16 << 20;      ///< log.rotate
  std::optional<std::chrono::milliseconds> keep;  ///< log.keep; nothing: for ever
};

struct Config {
  std::vector<std::string> allow_missing;  ///< isolation.allow_missing
  std::vector<std::string> require;        ///< isolation.require
  std::optional<std::string> ids;          ///< isolation.ids
  std::string engine = "container";        ///< isolation.engine
  bool use_templates = true;               ///< isolation.template
  std::optional<int> places;               ///< execution.places, SANDBOX_PLACES
  std::optional<std::chrono::milliseconds> ttl;   ///< execution.ttl
  std::optional<std::chrono::milliseconds> idle;  ///< execution.idle
  record::Limits limits;                   ///< execution.limits
  std::vector<std::string> grants;         ///< doors.grants: what recipes may ask for
  std::vector<std::string> device_folders = {"/etc/cdi", "/var/run/cdi"};  ///< devices.folders, later ones first
  std::vector<std::string> resolvers;      ///< doors.resolvers
  std::optional<std::uint64_t> door_connections, door_rate, door_bytes;  ///< doors.connections, per_second, bytes
  std::optional<std::uint64_t> port_rate, port_connections;  ///< ports.per_second, connections
  std::optional<std::string> bind;         ///< ports.bind
  std::optional<std::string> advertise;    ///< advertise: the host's name in URLs
  std::optional<std::uint64_t> disk_image_bytes;  ///< disk.image
  std::string cache_scope = "trusted";     ///< cache.scope
  LogSettings log;
  Prices prices;

  /// /etc/sandbox/config.json, $XDG_CONFIG_HOME/sandbox/config.json (or SANDBOX_CONFIG instead
  /// of both), then the environment. Unknown keys are refused: a misspelt wall must not be
  /// an absent one.
  static Config load();
};

/// Applies one file's text on top; throws Error(input) naming file and key.
void apply(Config& config, std::string_view text, const std::string& file);

}  // namespace sandbox::config
