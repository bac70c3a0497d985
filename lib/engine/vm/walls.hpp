#pragma once
// Walls of a virtual machine: those of the container around QEMU, and a kernel of its own, which
// has the limits.
#include <vector>

#include "engine/container/walls.hpp"

namespace sandbox::engine {

/// What QEMU needs beside the guest's memory: its own, and the code that it makes of the guest's.
std::uint64_t memory_beside_guest(const Virtual& vm);

/// The container around QEMU.
Spec spec_around(const Spec& spec);

/// All walls, of the whole. Throws Error(host) when one is absent that must be up.
std::vector<record::Wall> plan_vm_walls(const Spec& spec, const Spec& around, const HostFacts& facts);

}  // namespace sandbox::engine
