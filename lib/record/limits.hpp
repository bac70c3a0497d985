#pragma once
// Limits: what a sandbox may use. A recipe's `resources`, the options of launch and run, and
// the record of a sandbox all hold this struct.
#include <cstdint>
#include <optional>

#include "record/json.hpp"

namespace sandbox::record {

struct Limits {
  std::optional<std::uint64_t> memory_bytes;  ///< default 2 GiB
  std::optional<std::uint64_t> disk_bytes;    ///< everything written, together; default 10 GiB
  std::optional<std::uint64_t> pids;          ///< default 256
  std::optional<double> cpus;                 ///< default 2
  std::optional<std::uint64_t> open_files;    ///< per process; default 4096

  /// Fields that are set here win over `fallback`.
  Limits over(const Limits& fallback) const;

  static Limits defaults();
};

/// Throws Error(input) when one that is set is so small that nothing starts, or larger than any
/// host has.
void check_limits(const Limits& limits);

void to_json(Json& json, const Limits& limits);
void from_json(const Json& json, Limits& limits);

}  // namespace sandbox::record
