#pragma once
// Supervisor: the process that owns one sandbox from its start to its end. One thread, one
// epoll; it never blocks on anybody. When it dies by any signal, the kernel ends the sandbox.
#include <span>

#include "base/fd.hpp"

namespace sandbox::life {

/// Serves the plan that comes over `channel`; returns when the sandbox has ended and nothing
/// is left of it. Failures before the sandbox is ready go to the launcher as sandbox.error.
void supervise(Fd channel, std::span<const unsigned char> agent);

}  // namespace sandbox::life
