#include "base/ending.hpp"

#include <sys/wait.h>

namespace sandbox {

Ending ending_of_status(int status) {
  if (WIFSIGNALED(status)) return Killed{WTERMSIG(status)};
  return Exited{WEXITSTATUS(status)};
}

Ending ending_of_siginfo(int how, int status) {
  if (how == CLD_EXITED) return Exited{status};
  return Killed{status};
}

int shell_code(const Ending& ending) {
  return std::visit(Match{[](Exited e) { return e.code; }, [](Killed k) { return 128 + k.signal; }},
                    ending);
}

}  // namespace sandbox
