#pragma once
// Ending: how a process ended, decoded in one place. A command's own 0–255 is passed on
// unchanged; 128+n stands for signal n, as in every shell.
#include <variant>

namespace sandbox {

struct Exited {
  int code;
};
struct Killed {
  int signal;
};
using Ending = std::variant<Exited, Killed>;

/// Decodes the status of wait(2).
Ending ending_of_status(int status);

/// Decodes waitid(2): si_code says how, si_status the rest.
Ending ending_of_siginfo(int how, int status);

/// The exit code a shell would show.
int shell_code(const Ending& ending);

/// Visitor from lambdas: std::visit(Match{…}, ending).
template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

}  // namespace sandbox
