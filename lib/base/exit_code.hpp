#pragma once
// ExitCode: the one table of exit codes that every tool follows; see sandbox-exit(7).
// The codes follow timeout(1), docker run and sysexits.h, which users already know.

namespace sandbox {

enum class ExitCode : int {
  ok = 0,
  no = 1,             ///< done, and the answer is no (tests failed, findings)
  input = 2,          ///< bad usage or bad input
  host = 3,           ///< this host cannot do what was asked
  later = 75,         ///< all places taken: try again later
  timeout = 124,      ///< exec and run only: the command's time was up
  failed = 125,       ///< the tool itself failed
  cannot_exec = 126,  ///< exec and run only: found, but not executable
  not_found = 127,    ///< exec and run only: no such command
};

}  // namespace sandbox
