#pragma once
// Build filter: the system calls of programs that install packages. Where one id is all there
// is, chown(2) and its family succeed without doing anything, so that packages can be
// unpacked. fsync(2) and its family do nothing in any build: the result is made durable once,
// when it is published. Ways into the kernel that no package manager needs are shut.
namespace sandbox::isolate {

enum class Owners { real, fake };

/// Installs the filter on the calling thread. Needs no_new_privs. Programs of a 32-bit or x32
/// interface are ended: the filter could not tell their calls.
void apply_build_filter(Owners owners);

/// Of it only what a single id needs: changes of owner succeed. For sandboxes in which images
/// are built; their own filter holds besides.
void pretend_owners();

}  // namespace sandbox::isolate
