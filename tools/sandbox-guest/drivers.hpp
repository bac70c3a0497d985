#pragma once
// Drivers: the kernel's modules that the initramfs brings, in the order of its list.
#include "fault.hpp"

namespace sandbox::guest {

Fault load_drivers();

}  // namespace sandbox::guest
