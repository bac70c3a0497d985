#pragma once
// Program: an executable held in sealed memory. Nothing of the host's file system is the
// program inside a sandbox, so nothing inside can reach or overwrite it (CVE-2019-5736).
#include <span>

#include "base/fd.hpp"

namespace sandbox::isolate {

/// A sealed memory file with these bytes, executable.
Fd sealed_program(const char* name, std::span<const unsigned char> bytes);

/// Replaces this process by the program, with an empty environment and argv[0] = `name`.
[[noreturn]] void become(const Fd& program, const char* name);

/// 0, 1 and 2 become /dev/null, `control` becomes descriptor 3, `program` stays open until
/// execve closes it, everything else is closed. Returns where `program` is now.
Fd keep_only(const Fd& control, const Fd& program);

}  // namespace sandbox::isolate
