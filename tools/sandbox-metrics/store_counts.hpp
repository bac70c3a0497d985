#pragma once
// Store counts: what the store holds at this moment: sandboxes, places, images, bytes, and room
// on its disk.
#include <vector>

#include "exposition.hpp"
#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

/// `places`: how many there are. An entry that nobody can read is counted as that.
void count_store(Exposition& exposition, const store::Store& store, const std::vector<record::Sandbox>& sandboxes, int places);

}  // namespace sandbox::tool
