#pragma once
// Removal of disks: what a sandbox wrote, where its disk was a folder. For ends that nobody
// waits for; the supervisor of one that ends well puts the disk away and removes it later.
#include <cstdint>
#include <string>
#include <vector>

#include "store/unfinished.hpp"

namespace sandbox::life {

/// Frees the disk of a dead sandbox, if it had one; returns the bytes.
std::uint64_t remove_disk(const store::Store& store, const std::string& id);

/// Disks whose sandbox is gone, as a reboot leaves them.
std::vector<store::Abandoned> sweep_disks(const store::Store& store, store::Sweep how);

}  // namespace sandbox::life
