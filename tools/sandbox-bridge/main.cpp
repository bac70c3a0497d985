// sandbox-bridge: one end of the byte channel of a virtual machine, which carries the
// connections of clients to the agent inside. Started by the engine as `sandbox-bridge host`,
// inside as `sandbox-bridge guest`; never by hand. Without a word it is what the engine starts inside the walls
// around a machine. Descriptor 3: the control socket; the
// supervisor has its other end, or the agent. Descriptor 4: the byte channel.
#include <fcntl.h>
#include <signal.h>

#include <string_view>

#include "bridge.hpp"
#include "confine.hpp"
#include "machine.hpp"
#include "wire/make.hpp"

namespace sandbox::bridge {

namespace {

constexpr int kControlFd = 3, kPortFd = 4;
constexpr int kGroupFd = 5, kDiskFd = 6, kMountsFd = 7;  // inside, when sandbox-guest starts it

Gauge take_gauge() {
  for (const int descriptor : {kGroupFd, kDiskFd})
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0) return {};
  return {Handle(kGroupFd), Handle(kDiskFd)};
}

Handle take_mounts() { return Handle(::fcntl(kMountsFd, F_SETFD, FD_CLOEXEC) < 0 ? -1 : kMountsFd); }

int serve(Bridge& bridge) {
  while (bridge.step(-1)) {
  }
  return bridge.is_broken() ? 1 : 0;
}

int run(Side side) {
  Handle control(kControlFd), port(kPortFd);
  for (const int descriptor : {kControlFd, kPortFd})
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 || !make_nonblocking(descriptor)) return 2;
  ::signal(SIGPIPE, SIG_IGN);  // whoever reads no more is told by `stop`
  Bridge* bridge = wire::make<Bridge>(side, std::move(control), std::move(port));
  if (!bridge || !raise_descriptor_limit() || (side == Side::host && !confine())) return 125;
  if (side == Side::guest) {
    bridge->count_with(take_gauge());
    bridge->renew_in(take_mounts());
  }
  return serve(*bridge);
}

/// As PID 1 of the walls around a machine: starts it first. Whoever started us gives no other words.
int run_machine() {
  Handle orders(kControlFd);
  Machine* made = wire::make<Machine>();
  ::signal(SIGPIPE, SIG_IGN);
  if (!made || ::fcntl(kControlFd, F_SETFD, FD_CLOEXEC) < 0 || !start_machine(orders, *made)) return 1;
  Machine& machine = *made;
  const Handle told(::fcntl(machine.control.get(), F_DUPFD_CLOEXEC, 3));
  for (const Handle* handle : {&machine.control, &machine.port, &machine.sleep_orders})
    if (*handle && !make_nonblocking(handle->get())) return 2;
  Bridge* bridge = wire::make<Bridge>(Side::host, std::move(machine.control), std::move(machine.port));
  if (!bridge || !raise_descriptor_limit() || !confine()) return 125;
  bridge->listen_to(machine.console);
  bridge->sleep_by(std::move(machine.sleep_orders));
  const int status = serve(*bridge);
  report_fall(told, machine.console, status == 1 ? "the machine's bridge spoke nonsense" : "the machine came down");
  return status;
}

}  // namespace

}  // namespace sandbox::bridge

int main(int count, char** arguments) {
  using sandbox::bridge::Side;
  if (count == 1) return sandbox::bridge::run_machine();
  const std::string_view side = count == 2 ? arguments[1] : "";
  if (side == "host") return sandbox::bridge::run(Side::host);
  if (side == "guest") return sandbox::bridge::run(Side::guest);
  return 2;
}
