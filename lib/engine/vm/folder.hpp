#pragma once
// Folder of a machine: what is the same for all machines with one kernel: `vmlinuz`, `initramfs` with
// the programs of the guest and the drivers it needs, and `skeleton`, the tree in which QEMU runs.
#include <vector>

#include "base/file.hpp"

namespace sandbox::engine {

/// The kernel as an image of the store has it.
struct GuestKernel {
  Path image;       ///< boot/vmlinuz-RELEASE
  Path modules;     ///< lib/modules/RELEASE/kernel
  std::string release;
};

/// Looks for it in the layers of an image, lowest first. Throws Error(input) when there is none.
GuestKernel find_guest_kernel(const std::vector<Path>& trees);

/// The programs of the guest, as files.
struct GuestPrograms {
  Path guest, agent, bridge;
};
GuestPrograms guest_programs();

/// Makes all of it in an empty folder.
void make_machine_folder(const Path& folder, const GuestKernel& kernel, const GuestPrograms& programs);

}  // namespace sandbox::engine
