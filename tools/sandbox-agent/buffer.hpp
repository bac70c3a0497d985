#pragma once
// Buffer: bytes on the heap that grow to a bound.
#include "wire/buffer.hpp"

namespace sandbox::agent {

using wire::Buffer;

}  // namespace sandbox::agent
