#pragma once
// Files that show inside, over whatever the image has there: in memory, so that they are no change
// that the sandbox made.
#include "fault.hpp"
#include "orders.hpp"

namespace sandbox::guest {

/// In the new root, where /dev/.files is memory; it is gone afterwards.
Fault show_files(const Orders& orders);

}  // namespace sandbox::guest
