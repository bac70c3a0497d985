#pragma once
// /dev of a sandbox: a fresh tmpfs with six harmless nodes of the host, its own terminals,
// and shared memory on the sandbox's disk.
#include "base/fd.hpp"

namespace sandbox::isolate {

/// Mounts /dev beneath `root`; `shared_memory` is a detached mount for /dev/shm.
void mount_devices(const Fd& root, const Fd& shared_memory);

}  // namespace sandbox::isolate
