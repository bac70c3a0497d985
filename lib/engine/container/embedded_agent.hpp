#pragma once
// EmbeddedAgent: the agent, as bytes of the program: it is started from memory, not from a file.
// Only programs that CMakeLists.txt gives it to have it.
#include <span>

namespace sandbox::engine {

std::span<const unsigned char> embedded_agent();

}  // namespace sandbox::engine
