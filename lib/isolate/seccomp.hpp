#pragma once
// Seccomp: the system calls that code in a sandbox may make. The filter is compiled when the
// project is built (seccomp_compile.cpp) and loaded here in 0.1 ms.
namespace sandbox::isolate {

/// Whether namespaces may be made inside, with mounts in them.
enum class Nesting { refused, allowed };

/// Installs the allow-list on the calling thread. Needs no_new_privs.
void apply_seccomp(Nesting nesting);

}  // namespace sandbox::isolate
