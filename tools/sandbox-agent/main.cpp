// sandbox-agent: PID 1 inside a sandbox. Started by the engine with the control socket as
// descriptor 3 and /dev/null as 0, 1 and 2; never by hand.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include "agent.hpp"

namespace sandbox::agent {

namespace {

/// Commands inherit dispositions: ours are the defaults. SIGCHLD is read from a descriptor.
Handle prepare_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &children, nullptr);
  return Handle(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
}

int run() {
  Handle control(wire::kAgentControlFd);
  // Commands of the same user could otherwise look into this process and take its descriptors.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return 1;
  ::prctl(PR_SET_NAME, "sandbox-agent");  // else the name of the memory file, or a number
  if (::fcntl(control.get(), F_SETFD, FD_CLOEXEC) < 0) return 1;
  Agent agent(std::move(control), prepare_signals());
  if (!agent.set_up()) return 1;
  agent.run();
  return 0;
}

}  // namespace

}  // namespace sandbox::agent

int main() { return sandbox::agent::run(); }
