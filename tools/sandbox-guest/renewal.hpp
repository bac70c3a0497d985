#pragma once
// Renewal: a copy of a machine that ran becomes one of its own: what must differ comes in the same frame that
// wakes one for the first time. Its programs stand still meanwhile.
#include "fault.hpp"

namespace sandbox::guest {

/// Reads the frame from the port. `mounts`: the mount namespace of the sandbox, which this process enters.
Fault renew(int port, int mounts);

}  // namespace sandbox::guest
