#pragma once
// Fake owners: where one id is all there is, chown(2) and its family succeed without doing
// anything, so that package managers can unpack. fsync(2) and its family do nothing for any
// build: its result is made durable once, when it is published. What no package manager needs
// of the kernel is refused on the way.
namespace sandbox::isolate {

enum class Owners { real, fake };

/// Installs the filter on the calling thread. Needs no_new_privs. Programs of a 32-bit or x32
/// interface are ended: the filter could not tell their calls.
void apply_build_filter(Owners owners);

}  // namespace sandbox::isolate
