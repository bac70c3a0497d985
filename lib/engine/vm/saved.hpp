#pragma once
// Saved: a machine that ran, as files: its memory, the state of its devices, its disk, and the image that
// was under the disk. Copies go on from them together, and none of them is written to again.
#include <cstdint>

#include "engine/machine.hpp"
#include "engine/vm/template.hpp"

namespace sandbox::engine {

/// In its folder.
struct SavedFiles {
  Path memory, state, disk, image;
  static SavedFiles in(const Path& folder);
};

/// Brings it to rest and saves it into an empty folder; zeros take no room there. It does not go on by itself:
/// see Machine::hold(). `image`: of the machine, kept under a second name. Throws Error, whatever QEMU or the guest do.
void save_machine(const Running& running, std::uint64_t memory_bytes, const Path& image, const Path& folder);

/// For copies of it.
Template load_saved(const Path& folder);

}  // namespace sandbox::engine
