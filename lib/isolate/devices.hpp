#pragma once
// /dev of a sandbox: a fresh tmpfs with six harmless nodes of the host, its own terminals,
// and shared memory on the sandbox's disk.
#include <string>

#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox::isolate {

/// Mounts /dev beneath `root`; `shared_memory` is a detached mount for /dev/shm.
void mount_devices(const Fd& root, const Fd& shared_memory);

/// An empty file system in which nodes may stand; to be called as root of the host.
Fd make_device_folder();
/// Makes a node there of the device that `source` is, for `owner` alone and whom `mode` allows.
void add_device_node(const Fd& folder, const std::string& name, const Path& source, unsigned mode, unsigned owner);

}  // namespace sandbox::isolate
