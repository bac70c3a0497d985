#include "engine/container/embedded_agent.hpp"

asm(R"(
  .section .rodata
  .balign 16
  .global sandbox_agent_begin
  .global sandbox_agent_end
sandbox_agent_begin:
  .incbin ")" SANDBOX_EMBEDDED R"("
sandbox_agent_end:
  .previous
)");
extern "C" const unsigned char sandbox_agent_begin[], sandbox_agent_end[];

namespace sandbox::engine {

std::span<const unsigned char> embedded_agent() { return {sandbox_agent_begin, sandbox_agent_end}; }

}  // namespace sandbox::engine
