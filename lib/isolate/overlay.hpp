#pragma once
// The root of a sandbox: an overlay of read-only layers and one private, bounded disk that
// takes everything it writes.
#include <cstdint>
#include <vector>

#include "base/fd.hpp"

namespace sandbox::isolate {

/// A bounded file system in memory, in the caller's user namespace. Its pages are charged to
/// whoever writes them.
Fd make_memory_disk(std::uint64_t bytes, std::uint64_t inodes);

/// Attaches `disk`, a file system or an empty folder, at `scratch` (any directory), the layers
/// (detached mounts, lowest first) below it, and makes the overlay with the upper directory
/// `u`. Returns the attached root. Directories `shm` and `mounts` are made on the disk too.
/// Changes the working directory.
Fd make_root(const Fd& disk, const Fd& scratch, const std::vector<Fd>& layers);

}  // namespace sandbox::isolate
