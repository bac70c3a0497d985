// sandbox-supervise owns one sandbox. Only launchers start it: descriptor 3 is their channel,
// the environment is empty, the standard descriptors are /dev/null.
#include "base/error.hpp"
#include "engine/container/embedded_agent.hpp"
#include "life/supervisor.hpp"

int main() {
  try {
    sandbox::life::supervise(sandbox::Fd(3), sandbox::engine::embedded_agent());
    return 0;
  } catch (const std::exception&) {
    // Nobody reads our stderr. Dying here ends the sandbox, and sandbox-reap finds the rest.
    return static_cast<int>(sandbox::ExitCode::failed);
  }
}
