#pragma once
// start_process: a new process inside the sandbox that becomes the command. It is a fork, not
// a vfork: a process inside may stop any newborn of its own user, and a stopped vfork child
// would stop the agent with it.
#include <sys/types.h>

#include "passwd.hpp"
#include "wire/frame.hpp"

namespace sandbox::agent {

struct Start {
  const Account* account = nullptr;
  const char* directory = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
  int input = 0;  ///< borrowed; 0 is the agent's own /dev/null
  int output = 0;
  int error = 0;
  bool terminal = false;  ///< input is one, and the command's session gets it
  int report = -1;        ///< close-on-exec; takes a wire::Failed when the command cannot start
  int cgroup = -1;        ///< born in this cgroup; -1: in the agent's
  bool has_clone3 = false;

  /// Runs instead of a program, as the account, with `control` as its descriptor 3 unless that
  /// is -1; the result is the exit status.
  int (*body)(const void* context) = nullptr;
  const void* context = nullptr;
  int control = -1;
};

/// The process, or a negative errno.
pid_t start_process(const Start& start);

/// fork(2), into a cgroup when `cgroup` is not -1. Negative errno on failure.
pid_t fork_into(int cgroup);

}  // namespace sandbox::agent
