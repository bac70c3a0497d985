#include "isolate/resource_limits.hpp"

#include <sys/resource.h>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

/// Never above what the caller may have: that would need CAP_SYS_RESOURCE.
void lower(int resource, rlim_t value) {
  rlimit current{};
  if (::getrlimit(static_cast<__rlimit_resource>(resource), &current) < 0)
    throw_system_error("cannot read a resource limit");
  const rlimit wanted{value < current.rlim_max ? value : current.rlim_max,
                      value < current.rlim_max ? value : current.rlim_max};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &wanted) < 0)
    throw_system_error("cannot set a resource limit", {}, HostCheck::pids);
}

}  // namespace

void apply_resource_limits(const ResourceLimits& limits) {
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_NOFILE, limits.open_files);
  lower(RLIMIT_MEMLOCK, 64 << 10);
  lower(RLIMIT_RTPRIO, 0);
  lower(RLIMIT_NICE, 0);
  if (limits.processes) lower(RLIMIT_NPROC, *limits.processes);
}

}  // namespace sandbox::isolate
