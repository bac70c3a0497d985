// sandbox-keeper holds the template of one shape of virtual machines. Only launchers start it: descriptor 3
// is their channel, the environment is empty, the standard descriptors are /dev/null.
#include <exception>

#include "base/exit_code.hpp"
#include "keeper.hpp"

int main() {
  try {
    sandbox::tool::keep(sandbox::Fd(3));
    return 0;
  } catch (const std::exception&) {
    // Nobody reads our stderr; whoever waits hears the end.
    return static_cast<int>(sandbox::ExitCode::failed);
  }
}
