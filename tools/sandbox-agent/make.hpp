#pragma once
// make, unmake: objects on the heap.
#include "wire/make.hpp"

namespace sandbox::agent {

using wire::make;
using wire::unmake;

}  // namespace sandbox::agent
