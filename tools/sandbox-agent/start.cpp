#include "start.hpp"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "become.hpp"
#include "command_line.hpp"
#include "handle.hpp"

namespace sandbox::agent {

namespace {

using wire::Failed;
using wire::Step;

constexpr unsigned kCloseRangeCloexec = 1U << 2;  // CLOSE_RANGE_CLOEXEC, which musl lacks

/// Commands go first when memory runs out. Best effort: the limit holds in any order.
void volunteer_for_oom() {
  const Handle file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (file) [[maybe_unused]] const ssize_t n = ::write(file.get(), "1000", 4);
}

bool take_streams(const Start& start) {
  if (::setsid() < 0) return false;
  if (start.terminal && ::ioctl(start.input, TIOCSCTTY, 0) < 0) return false;
  const int sources[] = {start.input, start.output, start.error};
  for (int fd = 0; fd < 3; ++fd)
    if (sources[fd] != fd && ::dup2(sources[fd], fd) < 0) return false;
  return true;
}

void unblock_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Enters the directory as the user. One that is not below the root shows as "(unreachable)".
int enter(const char* directory) {
  char path[4096];
  if (::chdir(directory) < 0) return errno;
  const long length = ::syscall(SYS_getcwd, path, sizeof path);
  return length < 0 ? errno : path[0] != '/' ? ENOENT : 0;
}

/// Tries DIRECTORY/NAME; ENAMETOOLONG when it does not fit a path.
int try_directory(std::string_view directory, std::string_view name, const Start& start) {
  char path[4096];
  if (directory.size() + 1 + name.size() >= sizeof path) return ENAMETOOLONG;
  std::size_t size = 0;
  for (const std::string_view part : {directory, std::string_view(directory.empty() ? "" : "/"), name})
    for (const char c : part) path[size++] = c;
  path[size] = '\0';
  ::execve(path, start.argv, start.envp);
  return errno;
}

/// Looks along PATH as a shell does: a file that may not be run hides no later one.
int execute(const Start& start) {
  const std::string_view name(start.argv[0]);
  if (name.find('/') != std::string_view::npos || name.empty()) {
    ::execve(start.argv[0], start.argv, start.envp);
    return errno;
  }
  std::string_view path = search_path(start.envp);
  int result = ENOENT;
  for (;;) {
    const std::size_t end = path.find(':');
    const bool last = end == std::string_view::npos;
    const int error = try_directory({path.data(), last ? path.size() : end}, name, start);
    if (error == EACCES)
      result = EACCES;
    else if (error != ENOENT && error != ENOTDIR && error != ENAMETOOLONG)
      return error;
    if (last) return result;
    path.remove_prefix(end + 1);
  }
}

Failed become_command(const Start& start) {
  // Last among the privileged steps, so that what runs before it need not expect it.
  if (start.has_clone3)
    if (const int error = forbid_clone3()) return {Step::start, error};
  if (const int error = become(*start.account)) return {Step::user, error};
  if (const int error = enter(start.directory)) return {Step::directory, error};
  return {Step::program, execute(start)};
}

[[noreturn]] void run_body(const Start& start) {
  const bool controlled = start.control >= 0;
  if (controlled && start.control != 3 && ::dup2(start.control, 3) < 0) ::_exit(errno);
  ::syscall(SYS_close_range, controlled ? 4 : 3, ~0U, 0);
  if (const int error = become(*start.account)) ::_exit(error);
  if (const int error = enter(start.directory)) ::_exit(error);
  ::_exit(start.body(start.context));
}

[[noreturn]] void run_child(const Start& start) {
  Failed failed{Step::start, 0};
  if (!take_streams(start)) {
    failed.error = errno;
  } else {
    volunteer_for_oom();
    unblock_signals();
    ::umask(022);
    if (start.body) run_body(start);
    // All of ours are close-on-exec from birth; this is for what nobody thought of.
    ::syscall(SYS_close_range, 3, ~0U, kCloseRangeCloexec);
    failed = become_command(start);
  }
  [[maybe_unused]] const ssize_t n = ::write(start.report, &failed, sizeof failed);
  ::_exit(127);
}

}  // namespace

pid_t fork_into(int cgroup) {
  if (cgroup < 0) {
    const pid_t pid = ::fork();
    return pid < 0 ? -errno : pid;
  }
  clone_args arguments{};
  arguments.flags = CLONE_INTO_CGROUP;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<__u64>(cgroup);
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  return pid < 0 ? -errno : static_cast<pid_t>(pid);
}

pid_t start_process(const Start& start) {
  const pid_t pid = fork_into(start.cgroup);
  if (pid == 0) run_child(start);
  return pid;
}

}  // namespace sandbox::agent
