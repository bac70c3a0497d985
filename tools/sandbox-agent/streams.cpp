#include "streams.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <termios.h>

#include "decimal.hpp"

namespace sandbox::agent {

namespace {

constexpr int kPipeBytes = 256 * 1024;

int give_to(const Account& account, int fd) {
  if (account.is_root() && account.gid == 0) return 0;
  return ::fchown(fd, account.uid, account.gid) < 0 ? errno : 0;
}

int make_pipe(Handle& read_end, Handle& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return errno;
  read_end = Handle(ends[0]);
  write_end = Handle(ends[1]);
  // Best effort: past the user's share of pipe memory it stays small and is only slower.
  ::fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes);
  return 0;
}

int make_output(const Account& account, Handle& end, Streams& out) {
  if (const int error = make_pipe(out.far[out.far_count], end)) return error;
  ++out.far_count;
  return give_to(account, end.get());
}

int make_input(const Account& account, Handle& end, Streams& out) {
  if (const int error = make_pipe(end, out.far[out.far_count])) return error;
  ++out.far_count;
  return give_to(account, end.get());
}

bool is_terminal_multiplexer(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISCHR(info.st_mode) && info.st_rdev == makedev(5, 2);
}

/// An unnamed file where there is room that counts against the sandbox's own disk limit.
Handle open_unnamed() {
  for (const char* directory : {"/tmp", "/var/tmp", "/"}) {
    Handle file(::open(directory, O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600));
    if (file) return file;
  }
  // Overlays before Linux 6.1 have no O_TMPFILE.
  const DecimalName name("/tmp/.sandbox-output-", static_cast<std::uint64_t>(::getpid()));
  Handle file(::open(name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_APPEND | O_CLOEXEC, 0600));
  if (file) ::unlink(name.c_str());
  return file;
}

}  // namespace

int make_pipes(Input input, const Account& account, Streams& out) {
  if (input == Input::pipe)
    if (const int error = make_input(account, out.input, out)) return error;
  if (const int error = make_output(account, out.output, out)) return error;
  return make_output(account, out.error, out);
}

int make_one_pipe(Input input, Streams& out) {
  const Account root;  // only our own process holds the other end
  return input == Input::pipe ? make_input(root, out.input, out) : make_output(root, out.output, out);
}

int make_two_pipes(Streams& out) {
  const Account root;
  if (const int error = make_input(root, out.input, out)) return error;
  return make_output(root, out.output, out);
}

int make_terminal(const wire::TerminalSize& size, const Account& account, Streams& out) {
  // By the name inside devpts, and checked: /dev itself can be rearranged by root inside.
  Handle master(::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!master) return errno;
  if (!is_terminal_multiplexer(master.get())) return ENODEV;
  int locked = 0;
  if (::ioctl(master.get(), TIOCSPTLCK, &locked) < 0) return errno;
  out.input = Handle(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!out.input) return errno;
  resize_terminal(master.get(), size);
  if (::fchown(out.input.get(), account.uid, static_cast<gid_t>(-1)) < 0) return errno;
  out.kept = Handle(::fcntl(master.get(), F_DUPFD_CLOEXEC, 3));
  if (!out.kept) return errno;
  out.far[out.far_count++] = std::move(master);
  return 0;
}

int make_log(const Account& account, Streams& out) {
  out.output = open_unnamed();
  if (!out.output) return errno;
  const DecimalName self("/proc/self/fd/", static_cast<std::uint64_t>(out.output.get()));
  out.kept = Handle(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (!out.kept) return errno;
  return give_to(account, out.output.get());
}

void resize_terminal(int terminal, const wire::TerminalSize& size) {
  const winsize window{size.rows, size.columns, 0, 0};
  ::ioctl(terminal, TIOCSWINSZ, &window);
}

}  // namespace sandbox::agent
