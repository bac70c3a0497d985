#pragma once
// Machine: a virtual machine that runs, as the last layer of an image: not files of the image's, but those from
// which a copy goes on (engine/vm/saved.hpp).
#include "base/file.hpp"
#include "life/still.hpp"
#include "record/image.hpp"

namespace sandbox::tool {

/// Saves it into the empty folder `tree`. It stands still until the Still ends.
void keep_machine(const life::Still& still, std::uint64_t memory_bytes, const Path& tree);

/// What is in there; holes count for nothing, and are not read.
record::Layer describe_machine(const Path& tree);

}  // namespace sandbox::tool
