#pragma once
// Masks: the parts of /proc that tell about the host or change it are hidden or read-only.
#include "base/fd.hpp"

namespace sandbox::isolate {

/// Mounts /proc beneath `root`, masked. Needs the pid namespace of the caller to be the
/// sandbox's.
void mount_masked_proc(const Fd& root);

}  // namespace sandbox::isolate
