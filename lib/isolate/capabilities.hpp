#pragma once
// Capabilities: what the agent keeps of the powers that its user namespace gives it. None of
// them reaches outside the namespace; the fewer, the less kernel code can be called with them.
#include <cstdint>

namespace sandbox::isolate {

/// CHOWN DAC_OVERRIDE FOWNER FSETID SETUID SETGID SETPCAP KILL SYS_CHROOT: to start commands
/// as any user of the image. No NET_BIND_SERVICE, NET_RAW, MKNOD, SYS_ADMIN.
extern const std::uint64_t kAgentCapabilities;
/// SETFCAP, without which Linux 5.12 and later lets no root map himself into a namespace of his own.
extern const std::uint64_t kNestingCapabilities;

/// Drops everything else from the bounding, permitted, effective, inheritable and ambient
/// sets, and forbids new privileges for good.
void cut_capabilities(std::uint64_t keep);

}  // namespace sandbox::isolate
