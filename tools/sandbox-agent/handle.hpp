#pragma once
// Handle: one owned file descriptor.
#include "wire/handle.hpp"

namespace sandbox::agent {

using wire::Handle;

}  // namespace sandbox::agent
