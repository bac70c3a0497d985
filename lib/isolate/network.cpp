#include "isolate/network.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"

namespace sandbox::isolate {

namespace {

constexpr std::size_t kStack = 64 * 1024;

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
int make_network(void* pipe) {
  int result = ::unshare(CLONE_NEWNET) < 0 ? -errno : -bring_up_lo();
  if (result == 0 && (result = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) < 0) result = -errno;
  return ::write(*static_cast<const int*>(pipe), &result, sizeof result) == sizeof result ? 0 : 1;
}

}  // namespace

NetworkNamespace NetworkNamespace::begin() {
  alignas(16) static char stack[kStack];
  static int pipe_end;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) throw_system_error("cannot make a pipe");
  Fd reader(ends[0]);
  pipe_end = ends[1];  // closed by the last exec: the maker has no table of its own
  const pid_t maker = ::clone(make_network, stack + kStack, CLONE_VM | CLONE_FILES | SIGCHLD, &pipe_end);
  if (maker < 0) throw_system_error("cannot create a process");
  return {maker, std::move(reader)};
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : maker_(std::exchange(other.maker_, -1)), report_(std::move(other.report_)) {}

NetworkNamespace::~NetworkNamespace() {
  if (maker_ < 0) return;
  ::kill(maker_, SIGKILL);
  while (::waitpid(maker_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void NetworkNamespace::enter() && {
  int result = -ESRCH;
  while (::read(report_.get(), &result, sizeof result) < 0 && errno == EINTR) {
  }
  const Fd made(result);
  if (made && ::setns(made.get(), CLONE_NEWNET) < 0) result = -errno;
  if (result >= 0) return;
  throw Error(ExitCode::host, "cannot create a network namespace: " + error_text(-result),
              result == -ENOSPC ? "raise user.max_net_namespaces, or end other sandboxes" : "");
}

}  // namespace sandbox::isolate
