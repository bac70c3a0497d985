#include "base/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"

namespace sandbox {

void Fd::close() noexcept {
  // close() is not retried: on Linux the descriptor is gone even after EINTR, and a second
  // close could hit one that was opened in between.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Fd checked_fd(int fd, std::string_view problem, std::string_view subject) {
  if (fd < 0) throw_system_error(problem, subject);
  return Fd(fd);
}

std::pair<Fd, Fd> make_pipe(int more) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | more) < 0) throw_system_error("cannot make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

Fd duplicate(int from) {
  return checked_fd(::fcntl(from, F_DUPFD_CLOEXEC, 3), "cannot duplicate a descriptor");
}

Fd duplicate(const Fd& from) { return duplicate(from.get()); }

}  // namespace sandbox
