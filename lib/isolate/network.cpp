#include "isolate/network.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace sandbox::isolate {

namespace {

alignas(16) char stack[64 * 1024];

/// The descriptor of what was made, or an errno, negative. Written by the maker, read after its
/// end: one that dies has left it as it was.
std::atomic<int> made;

int bring_up_lo() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  const int error = socket < 0 || ::ioctl(socket, SIOCSIFFLAGS, &request) < 0 ? errno : 0;
  ::close(socket);
  return error;
}

/// In the process that shares our memory: system calls on a stack of its own, nothing else.
int make_network(void*) {
  int result = ::unshare(CLONE_NEWNET) < 0 ? -errno : -bring_up_lo();
  if (result == 0 && (result = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) < 0) result = -errno;
  made = result;
  return 0;
}

void wait_for(pid_t maker) noexcept {
  while (::waitpid(maker, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

NetworkNamespace NetworkNamespace::begin() {
  made = -ESRCH;
  const pid_t maker = ::clone(make_network, stack + sizeof stack, CLONE_VM | CLONE_FILES | SIGCHLD, nullptr);
  if (maker < 0) throw_system_error("cannot create a process");
  return NetworkNamespace(maker);
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept : maker_(std::exchange(other.maker_, -1)) {}

NetworkNamespace::~NetworkNamespace() {
  if (maker_ < 0) return;
  ::kill(maker_, SIGKILL);
  wait_for(maker_);
}

void NetworkNamespace::enter() && {
  wait_for(std::exchange(maker_, -1));
  int result = made;
  const Fd space(result);
  if (space && ::setns(space.get(), CLONE_NEWNET) < 0) result = -errno;
  if (result >= 0) return;
  throw Error(HostCheck::network, "cannot create a network namespace: " + error_text(-result),
              result == -ENOSPC ? "raise user.max_net_namespaces, or end other sandboxes" : "");
}

}  // namespace sandbox::isolate
