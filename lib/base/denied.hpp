#pragma once
// Denied: whose doing a failed system call is. The host's (exit code 3), when it has no room left
// or does not let us: a full, read-only or foreign file system. Everything else is ours (125).
#include "base/exit_code.hpp"

namespace sandbox {

/// What throw_system_error() makes of an errno when it is given no other code than `failed`.
ExitCode code_of(int error) noexcept;

bool is_full(int error) noexcept;

}  // namespace sandbox
