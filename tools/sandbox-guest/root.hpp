#pragma once
// Root: the image, read-only, under a disk that takes what is written, with a /proc and a /dev, as
// the container engine makes it. See lib/engine/container/inside.cpp, which has the reasons.
#include "fault.hpp"
#include "orders.hpp"

namespace sandbox::guest {

/// The kernel's own file systems, for us.
Fault mount_kernel();
/// The image and the disk, at /root; nothing of it is the root yet.
Fault mount_image();
/// Becomes the root of the calling process, which is PID 1 of its namespace and has mounts of its own.
Fault enter_root(const Orders& orders);

}  // namespace sandbox::guest
