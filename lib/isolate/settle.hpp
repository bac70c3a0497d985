#pragma once
// Settle: a supervisor leaves the cgroups of whoever launched it, so that the end of a CI job
// or of a login session does not take its sandbox along, and finds those in which it may make
// the sandbox's. A user to whom nothing was delegated gets a scope from his own systemd.
#include "base/fd.hpp"
#include "isolate/cgroup_host.hpp"

namespace sandbox::isolate {

/// The version-2 cgroup of all supervisors, for Command::cgroup: to be born there is cheap,
/// to move there later can wait for an RCU grace period, 4 to 25 ms. Empty before the first
/// supervisor has made it.
Fd supervisors_cgroup();

/// For the supervisor itself. Leaving is best effort: what may not be left stays as it was.
CgroupHost settle();

}  // namespace sandbox::isolate
