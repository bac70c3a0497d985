#include "reaper.hpp"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "descendants.hpp"
#include "ending.hpp"

namespace sandbox::agent {

namespace {

constexpr int kSocket = 3;

Descendants descendants;  // in the reaper's own memory: large, and touched only when it scans

class Reaper {
 public:
  explicit Reaper(pid_t command) : command_(command) {}

  [[noreturn]] void watch() {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);  // blocked since the agent began
    const int signals = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    pollfd waiting[] = {{signals, POLLIN, 0}, {kSocket, POLLIN, 0}};
    for (;;) {
      reap();
      if (::poll(waiting, 2, -1) < 0) continue;
      signalfd_siginfo ignored;
      if (waiting[0].revents)
        while (::read(signals, &ignored, sizeof ignored) > 0) {
        }
      if (waiting[1].revents && !take_order()) waiting[1].fd = -1;
    }
  }

 private:
  /// Collects the dead; leaves when nobody is left. The command's end is told after all that
  /// died with it are counted: its orphans came to us before its own end did.
  void reap() {
    bool ended = false;
    int command_status = 0;
    for (;;) {
      int status = 0;
      const pid_t pid = ::waitpid(-1, &status, WNOHANG);
      const bool nobody_left = pid < 0 && errno == ECHILD;
      if (pid <= 0 && ended) report(command_status, nobody_left);
      if (nobody_left) ::_exit(0);
      if (pid <= 0) return;
      if (!killing_ && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ++killed_by_kernel_;
      if (pid != command_) continue;
      ended = true;
      command_status = status;
    }
  }

  void report(int status, bool nobody_left) {
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    ReaperReport report{command_, ended_of(status, usage)};
    command_ = -1;
    report.ended.killed_by_kernel = killed_by_kernel_;
    nobody_left ? descendants.clear() : descendants.scan();  // reads all of /proc: worth avoiding
    for (const Descendants::Process& process : descendants) {
      if (!killing_) report.ended.left_behind += !process.dead();
      report.ended.user_us += process.user_us;  // not yet collected, so not yet in rusage
      report.ended.system_us += process.system_us;
    }
    ::send(kSocket, &report, sizeof report, MSG_NOSIGNAL);
  }

  /// False when the agent has let go of this command: it ended, and only orphans are left.
  bool take_order() {
    ReaperOrder order{};
    if (::recv(kSocket, &order, sizeof order, MSG_DONTWAIT) != sizeof order) return false;
    switch (order.what) {
      case ReaperOrder::What::signal_group:
        if (command_ > 0) ::kill(-command_, order.signal);  // not yet reaped: the number is its own
        break;
      case ReaperOrder::What::terminate_all:
        descendants.scan();
        for (const Descendants::Process& process : descendants) ::kill(process.pid, SIGTERM);
        break;
      case ReaperOrder::What::kill_all:
        kill_all();
    }
    return true;
  }

  /// Ends in reap(), by ECHILD. The agent gives it a second before it ends the sandbox.
  [[noreturn]] void kill_all() {
    killing_ = true;
    for (;;) {
      stop_all();
      for (const Descendants::Process& process : descendants) ::kill(process.pid, SIGKILL);
      reap();
      constexpr timespec kPause{0, 200'000};
      ::nanosleep(&kPause, nullptr);
      reap();
    }
  }

  /// Stopped processes cannot fork, so the tree stops growing when all of it is stopped.
  static void stop_all() {
    for (int pass = 0; pass < 64; ++pass) {
      bool grew = false;
      descendants.scan();
      for (const Descendants::Process& process : descendants) {
        if (process.dead() || process.stopped()) continue;
        ::kill(process.pid, SIGSTOP);
        grew = true;
      }
      if (!grew) return;
    }
  }

  pid_t command_;
  bool killing_ = false;
  std::uint64_t killed_by_kernel_ = 0;
};

/// A root command's `kill -TERM -1` must not end the process that watches it.
void ignore_signals() {
  for (int number = 1; number < NSIG; ++number)
    if (number != SIGCHLD) ::signal(number, SIG_IGN);
}

[[noreturn]] void run_reaper(const Start& start, int socket) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const pid_t command = start_process(start);
  const ReaperReport report{command, {}};
  ::send(socket, &report, sizeof report, MSG_NOSIGNAL);
  if (command < 0) ::_exit(0);
  ignore_signals();
  for (int fd = 0; fd < 3; ++fd) ::dup2(0, fd);
  if (socket != kSocket) ::dup2(socket, kSocket);
  ::syscall(SYS_close_range, kSocket + 1, ~0U, 0);
  Reaper(command).watch();
}

}  // namespace

pid_t start_under_reaper(const Start& start, Handle& socket) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
  socket = Handle(ends[0]);
  const Handle theirs(ends[1]);
  const pid_t pid = fork_into(-1);
  if (pid == 0) run_reaper(start, theirs.get());
  return pid;
}

}  // namespace sandbox::agent
