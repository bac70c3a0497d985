#include "doors/within.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox::doors {

InChild::InChild(const std::function<void()>& act) : child_(::fork()) {
  if (child_ < 0) throw_system_error("cannot make a process for the doors");
  if (child_ > 0) return;
  act();
  ::_exit(0);
}

InChild::~InChild() {
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void enter_network(const Fd& process) {
  if (::setns(process.get(), CLONE_NEWUSER | CLONE_NEWNET) < 0) throw_system_error("cannot enter the sandbox's network");
}

}  // namespace sandbox::doors
