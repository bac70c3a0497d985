#pragma once
// Landlock: a second opinion in the kernel, independent of namespaces and seccomp: no device
// nodes are made, and (Linux 6.12) no signal or abstract socket leaves the sandbox.
#include <string>

namespace sandbox::isolate {

/// The newest interface version of this kernel; 0 without one that can allow moves (2, Linux 5.19).
int landlock_version();

/// Needs no_new_privs. Does nothing and returns false without Landlock.
bool apply_landlock();

}  // namespace sandbox::isolate
