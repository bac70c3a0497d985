// sandbox-supervise owns one sandbox. Only launchers start it: descriptor 3 is their channel,
// the environment is empty, the standard descriptors are /dev/null.
#include <span>

#include "base/error.hpp"
#include "life/supervisor.hpp"

// The agent, as bytes of this program: it is started from memory, not from a file.
asm(R"(
  .section .rodata
  .balign 16
  .global sandbox_agent_begin
  .global sandbox_agent_end
sandbox_agent_begin:
  .incbin ")" SANDBOX_AGENT R"("
sandbox_agent_end:
  .previous
)");
extern "C" const unsigned char sandbox_agent_begin[], sandbox_agent_end[];

int main() {
  try {
    sandbox::life::supervise(sandbox::Fd(3), std::span(sandbox_agent_begin, sandbox_agent_end));
    return 0;
  } catch (const std::exception&) {
    // Nobody reads our stderr. Dying here ends the sandbox, and sandbox-reap finds the rest.
    return static_cast<int>(sandbox::ExitCode::failed);
  }
}
