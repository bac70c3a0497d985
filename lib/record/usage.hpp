#pragma once
// Usage: what a command or a sandbox consumed.
#include <cstdint>
#include <optional>

#include "record/json.hpp"

namespace sandbox::record {

struct Usage {
  double wall_ms = 0;
  double cpu_ms = 0;                             ///< user and system
  std::optional<std::uint64_t> peak_bytes;       ///< memory; nothing where nobody counted
  std::optional<std::uint64_t> memory_bytes;     ///< now
  std::optional<std::uint64_t> disk_bytes;       ///< written layer, now
  std::optional<std::uint64_t> processes;        ///< now
  std::optional<std::uint64_t> read_bytes;       ///< from block devices
  std::optional<std::uint64_t> written_bytes;    ///< to block devices
  std::optional<double> throttled_ms;            ///< time lost to the cpu limit
};

void to_json(Json& json, const Usage& usage);
void from_json(const Json& json, Usage& usage);

}  // namespace sandbox::record
