#pragma once
// Identity: what must differ between a machine and its copies, before anything of the user's runs:
// random numbers, the time, the name. The kernel's boot id is made when it is first read.
#include "fault.hpp"
#include "wire/wake.hpp"

namespace sandbox::guest {

Fault take_identity(const wire::Wake& wake);

}  // namespace sandbox::guest
