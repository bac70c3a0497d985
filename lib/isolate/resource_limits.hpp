#pragma once
// rlimits: limits per process, and the wall against too many processes where no cgroup is.
#include <cstdint>
#include <optional>

namespace sandbox::isolate {

struct ResourceLimits {
  std::uint64_t open_files = 4096;
  /// RLIMIT_NPROC: counted per user namespace and uid since Linux 5.14, so it bounds a
  /// sandbox with one id exactly. Raising it again needs CAP_SYS_RESOURCE on the host.
  std::optional<std::uint64_t> processes;
};

/// In the child. No core files, 64 KiB locked memory, no real-time priority.
void apply_resource_limits(const ResourceLimits& limits);

}  // namespace sandbox::isolate
