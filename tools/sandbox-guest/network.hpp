#pragma once
// Network of the guest: lo, and the cable to the sandbox's network namespace on the host, behind which
// its doors are. There is no default route: every other address is nobody's.
#include "fault.hpp"
#include "wire/wake.hpp"

namespace sandbox::guest {

Fault bring_up_loopback();
Fault connect_cable(const wire::Cable& cable);

}  // namespace sandbox::guest
