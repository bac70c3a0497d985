// sandbox-guest: the first program of a virtual machine. Brings it as far as every machine of its
// shape is the same, and waits there; woken, it makes it a sandbox, and becomes its bridge. The bridge
// starts it once more when the machine is woken as a copy of one that ran.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "drivers.hpp"
#include "group.hpp"
#include "identity.hpp"
#include "network.hpp"
#include "orders.hpp"
#include "renewal.hpp"
#include "root.hpp"
#include "start.hpp"

namespace sandbox::guest {

namespace {

/// The kernel makes the node when both sides have agreed, a moment after the driver was loaded. The
/// first number in its name counts virtio devices of any kind.
wire::Handle open_port() {
  for (int tries = 0; tries < 5000; ++tries) {
    for (char device = '0'; device < '8'; ++device) {
      const char path[] = {'/', 'd', 'e', 'v', '/', 'v', 'p', 'o', 'r', 't', device, 'p', '1', '\0'};
      wire::Handle port(::open(path, O_RDWR | O_CLOEXEC));
      if (port) return port;
    }
    ::usleep(1000);
  }
  return {};
}

/// Whatever is the same in all machines of a shape, and takes long.
Fault prepare(wire::Handle& port) {
  if (const Fault failed = mount_kernel()) return failed;
  if (const Fault failed = load_drivers()) return failed;
  if (const Fault failed = bring_up_loopback()) return failed;
  port = open_port();
  return port ? Fault{} : fault("the machine has no port");
}

Fault wake_up(wire::Handle& port) {
  static Orders orders;  // too large for a stack
  if (::write(port.get(), &wire::kAsleep, 1) != 1) return fault("cannot tell the host that the machine can be woken");
  if (const Fault failed = orders.receive(port.get())) return failed;
  if (const Fault failed = take_identity(orders.wake())) return failed;
  if (const Fault failed = mount_image()) return failed;
  if (const Fault failed = connect_cable(orders.wake().cable)) return failed;
  wire::Handle group;
  if (const Fault failed = make_group(orders.wake(), group)) return failed;
  return start(orders, wire::Handle(::fcntl(port.get(), F_DUPFD_CLOEXEC, 3)), std::move(group));
}

void report(const Fault& failed, int port) {
  char line[256];
  ::snprintf(line, sizeof line, "%s: %s\n", failed.what, ::strerror(failed.error));
  [[maybe_unused]] const ssize_t n = ::write(port >= 0 ? port : 2, line, ::strlen(line));
}

/// Nobody comes after PID 1.
int run() {
  wire::Handle port;
  Fault failed = prepare(port);
  if (!failed) failed = wake_up(port);
  report(failed, port.get());
  ::sleep(1);  // what was written must reach the host
  ::reboot(RB_AUTOBOOT);
  return 1;
}

constexpr int kPort = 3, kMounts = 4;  // when the bridge starts it

int renew_machine() {
  const Fault failed = renew(kPort, kMounts);
  if (failed) report(failed, kPort);
  return failed ? 1 : 0;
}

}  // namespace

}  // namespace sandbox::guest

int main() { return ::getpid() == 1 ? sandbox::guest::run() : sandbox::guest::renew_machine(); }
