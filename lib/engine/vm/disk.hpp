#pragma once
// Disk of a virtual machine: a file with an ext4 of the size that bounds it. An empty one is made
// once for each size and copied, which is quicker, and the copy has no name: it goes with whoever has it open.
#include <cstdint>

#include "base/file.hpp"

namespace sandbox::engine {

/// Throws Error(host) without mke2fs.
void make_empty_disk(const Path& file, std::uint64_t bytes);

/// `folder`: of the file system where it is to be.
Fd copy_disk(const Path& empty, const Path& folder);
/// Into an empty file. What holds no data stays a hole.
void copy_file(const Fd& from, const Fd& to);

/// Larger than any: in its place a copy of the machine has another. The kernel takes the size from here.
inline constexpr std::uint64_t kLargestDisk = std::uint64_t{1} << 40;
Fd unused_disk(const Path& folder);

/// The same file by a description of its own: QEMU wants one that is open exactly as it would open it.
Fd opened_anew(const Fd& file, int flags);

}  // namespace sandbox::engine
