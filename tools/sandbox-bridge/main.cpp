// sandbox-bridge: one end of the byte channel of a virtual machine, which carries the
// connections of clients to the agent inside. Started by the engine as `sandbox-bridge host`,
// inside as `sandbox-bridge guest`; never by hand. Descriptor 3: the control socket; the
// supervisor has its other end, or the agent. Descriptor 4: the byte channel.
#include <fcntl.h>
#include <signal.h>

#include <string_view>

#include "bridge.hpp"
#include "confine.hpp"
#include "wire/make.hpp"

namespace sandbox::bridge {

namespace {

constexpr int kControlFd = 3, kPortFd = 4;

int run(Side side) {
  Handle control(kControlFd), port(kPortFd);
  for (const int descriptor : {kControlFd, kPortFd})
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 || !make_nonblocking(descriptor)) return 2;
  ::signal(SIGPIPE, SIG_IGN);  // whoever reads no more is told by `stop`
  Bridge* bridge = wire::make<Bridge>(side, std::move(control), std::move(port));
  if (!bridge || !raise_descriptor_limit() || (side == Side::host && !confine())) return 125;
  while (bridge->step(-1)) {
  }
  return bridge->is_broken() ? 1 : 0;
}

}  // namespace

}  // namespace sandbox::bridge

int main(int count, char** arguments) {
  using sandbox::bridge::Side;
  const std::string_view side = count == 2 ? arguments[1] : "";
  if (side == "host") return sandbox::bridge::run(Side::host);
  if (side == "guest") return sandbox::bridge::run(Side::guest);
  return 2;
}
