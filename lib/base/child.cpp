#include "base/child.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& s : strings) out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

int highest_target(const Command& command) {
  int highest = 2;
  for (const Command::Pass& pass : command.descriptors) highest = std::max(highest, pass.to);
  return highest;
}

struct Prepared {
  const char* program;
  char* const* argv;
  char* const* envp;
  const std::vector<Command::Pass>* descriptors;
  bool new_session;
  int cgroup;
  int highest;
};

/// Runs in the child: system calls only. Returns errno for the parent to read.
int become(const Prepared& prepared) noexcept {
  if (prepared.new_session) ::setsid();
  // Two passes, through numbers above all targets, so that no target overwrites a source.
  int moved[16];
  std::size_t count = 0;
  for (const Command::Pass& pass : *prepared.descriptors) {
    if (count == 16) return E2BIG;
    moved[count] = ::fcntl(pass.from, F_DUPFD_CLOEXEC, prepared.highest + 1);
    if (moved[count++] < 0) return errno;
  }
  // Close-on-exec from birth does most of this; strangers that we inherited go here.
  ::syscall(SYS_close_range, 3, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd)
    if (::dup2(null, fd) < 0) return errno;
  count = 0;
  for (const Command::Pass& pass : *prepared.descriptors)
    if (::dup2(moved[count++], pass.to) < 0) return errno;
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);  // tool_main ignores it, and ignored signals survive execve
  ::execve(prepared.program, prepared.argv, prepared.envp);
  return errno;
}

[[noreturn]] void become_or_tell(const Prepared& prepared, int error_pipe) noexcept {
  const int error = become(prepared);
  [[maybe_unused]] const ssize_t n = ::write(error_pipe, &error, sizeof error);
  ::_exit(static_cast<int>(ExitCode::failed));
}

/// A function of its own: nothing in the parent may live in registers across vfork().
[[gnu::noinline]] pid_t start(const Prepared& prepared, int error_pipe) {
  const pid_t pid = ::vfork();
  if (pid == 0) become_or_tell(prepared, error_pipe);
  return pid;
}

/// vfork() into a cgroup, which the C library has not. The system call is made here and not
/// in syscall(): the child goes on with our stack, and would write over the address to which
/// that returns. Negative when it cannot be.
[[gnu::noinline]] pid_t start_in_cgroup([[maybe_unused]] const Prepared& prepared, [[maybe_unused]] int error_pipe) {
#ifdef __x86_64__
  clone_args arguments{};
  arguments.flags = CLONE_VM | CLONE_VFORK | CLONE_INTO_CGROUP;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<__u64>(prepared.cgroup);
  long pid = SYS_clone3;
  asm volatile("syscall" : "+a"(pid) : "D"(&arguments), "S"(sizeof arguments) : "rcx", "r11", "memory");
  if (pid == 0) become_or_tell(prepared, error_pipe);
  return static_cast<pid_t>(pid);
#else
  return -1;
#endif
}

}  // namespace

Child Child::spawn(const Command& command) {
  const std::vector<char*> argv = pointers(command.arguments);
  const std::vector<char*> envp = pointers(command.environment);
  const Prepared prepared{command.program.c_str(), argv.data(),         envp.data(),
                          &command.descriptors,    command.new_session, command.cgroup, highest_target(command)};
  auto [read_end, write_end] = make_pipe();
  // Above every target, or a passed descriptor would take its place and be written to.
  write_end = checked_fd(::fcntl(write_end.get(), F_DUPFD_CLOEXEC, prepared.highest + 1), "cannot move a pipe");
  pid_t pid = prepared.cgroup < 0 ? -1 : start_in_cgroup(prepared, write_end.get());
  if (pid < 0) pid = start(prepared, write_end.get());
  if (pid < 0) throw_system_error("cannot start", command.program.native());
  write_end.close();
  Child child(pid, checked_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)),
                              "cannot watch", command.program.native()));
  int error = 0;
  if (::read(read_end.get(), &error, sizeof error) == sizeof error) {
    errno = error;
    throw_system_error("cannot start", command.program.native());
  }
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);  // ours and not yet reaped: the number cannot have been reused
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Child::signal(int number) const {
  if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) < 0 && errno != ESRCH)
    throw_system_error("cannot send a signal");
}

Ending Child::wait() && {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0)
    if (errno != EINTR) throw_system_error("cannot wait for a child");
  pid_ = -1;
  return ending_of_status(status);
}

std::optional<Ending> Child::wait_until(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{pidfd_.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready > 0) return std::move(*this).wait();
    if (ready == 0) return std::nullopt;
    if (errno != EINTR) throw_system_error("cannot wait for a child");
  }
}

void Child::release() && noexcept { pid_ = -1; }

Path program_directory() {
  std::error_code error;
  const Path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw Error(HostCheck::masks, "cannot read '/proc/self/exe': " + error.message(),
                         "mount /proc");
  return self.parent_path();
}

Path libexec_directory() {
  const Path own = program_directory();
  const bool lives_there = own.filename() == "sandbox-tools" && own.parent_path().filename() == "libexec";
  return lives_there ? own : own.parent_path() / "libexec/sandbox-tools";
}

}  // namespace sandbox
