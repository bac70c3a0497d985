#include "start.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "root.hpp"

namespace sandbox::guest {

namespace {

constexpr int kControl = 3;  ///< of both programs
constexpr int kPort = 4, kGroup = 5, kDisk = 6, kMounts = 7;  ///< of the bridge

struct Programs {
  wire::Handle agent{::open("/sandbox-agent", O_RDONLY | O_CLOEXEC)};
  wire::Handle bridge{::open("/sandbox-bridge", O_RDONLY | O_CLOEXEC)};
};

Fault execute(int program, const char* name, const char* how) {
  const char* argv[] = {name, how, nullptr};
  const char* envp[] = {nullptr};
  ::syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
  return fault("cannot start a program of the machine");
}

/// Through high numbers first: a source may have one of the numbers that others are to get.
template <std::size_t size>
bool arrange(const int (&sources)[size], int first) {
  int high[size];
  for (std::size_t i = 0; i < size; ++i)
    if ((high[i] = ::fcntl(sources[i], F_DUPFD_CLOEXEC, 32)) < 0) return false;
  for (std::size_t i = 0; i < size; ++i)
    if (::dup2(high[i], first + static_cast<int>(i)) < 0) return false;
  return true;
}

bool bound_resources(const wire::Wake& wake) {
  const rlimit files{wake.open_files, wake.open_files}, none{0, 0};
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 && ::setrlimit(RLIMIT_CORE, &none) == 0;
}

/// In the child.
Fault become_agent(const Orders& orders, const Programs& programs, int control) {
  if (const Fault failed = enter_root(orders)) return failed;
  if (::setsid() < 0 && errno != EPERM) return fault("cannot start a session");
  if (!bound_resources(orders.wake())) return fault("cannot bound resources");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return fault("cannot forbid new privileges");
  const wire::Handle null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const int sources[] = {null.get(), null.get(), null.get(), control};
  const int program = ::fcntl(programs.agent.get(), F_DUPFD_CLOEXEC, 64);
  if (!null || program < 0 || !arrange(sources, 0)) return fault("cannot arrange descriptors");
  return execute(program, "sandbox-agent", nullptr);
}

/// Opened now: the agent is out of reach later.
wire::Handle mounts_of(pid_t pid) {
  char path[64];
  ::snprintf(path, sizeof path, "/proc/%d/ns/mnt", static_cast<int>(pid));
  return wire::Handle(::open(path, O_RDONLY | O_CLOEXEC));
}

Fault become_bridge(const Programs& programs, int control, const wire::Handle& port, const wire::Handle& group, const wire::Handle& mounts) {
  const wire::Handle disk(::open("/disk", O_PATH | O_DIRECTORY | O_CLOEXEC));
  const int sources[] = {control, port.get(), group.get(), disk.get(), mounts.get()};
  static_assert(kPort == kControl + 1 && kGroup == kPort + 1 && kDisk == kGroup + 1 && kMounts == kDisk + 1);
  const int program = ::fcntl(programs.bridge.get(), F_DUPFD_CLOEXEC, 64);
  if (!disk || !mounts || program < 0 || !arrange(sources, kControl)) return fault("cannot arrange descriptors");
  return execute(program, "sandbox-bridge", "guest");
}

pid_t fork_apart() {
  clone_args arguments{};
  arguments.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC;
  arguments.exit_signal = SIGCHLD;
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

}  // namespace

Fault start(const Orders& orders, wire::Handle port, wire::Handle group) {
  const Programs programs;
  int ends[2], report[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 || ::pipe2(report, O_CLOEXEC) < 0)
    return fault("cannot make the agent's socket");
  const wire::Handle ours(ends[0]), theirs(ends[1]), hears(report[0]);
  wire::Handle tells(report[1]);
  const pid_t pid = fork_apart();
  if (pid < 0) return fault("cannot start the agent");
  if (pid == 0) {
    const Fault failed = become_agent(orders, programs, theirs.get());
    [[maybe_unused]] const ssize_t n = ::write(tells.get(), &failed, sizeof failed);
    ::_exit(1);
  }
  const wire::Handle mounts = mounts_of(pid);
  tells.close();
  Fault failed;  // the same program: its literals are where ours are
  if (::read(hears.get(), &failed, sizeof failed) == sizeof failed) return failed;
  if (::write(port.get(), &wire::kAwake, 1) != 1) return fault("cannot answer the host");
  return become_bridge(programs, ours.get(), port, group, mounts);
}

}  // namespace sandbox::guest
