#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox {

namespace {

/// True when the failed call may be repeated. Our standard streams are shared with whoever
/// started us, and some (Node.js) make them non-blocking.
bool try_again(int fd, short events) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN) return false;
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, -1) > 0 || errno == EINTR;
}

}  // namespace

std::size_t read_some(int fd, char* into, std::size_t size, std::string_view subject, ExitCode code) {
  for (;;) {
    const ssize_t n = ::read(fd, into, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (!try_again(fd, POLLIN)) throw_system_error("cannot read", subject, code);
  }
}

std::string read_all(int fd, std::size_t limit, std::string_view subject) {
  std::string bytes;
  char chunk[16384];
  for (;;) {
    const std::size_t n = read_some(fd, chunk, sizeof chunk, subject);
    if (n == 0) return bytes;
    bytes.append(chunk, n);
    if (bytes.size() > limit)
      throw Error(ExitCode::input, fmt::format("'{}' is larger than {} bytes", subject, limit));
  }
}

std::string read_file(const Path& path, std::size_t limit) {
  const Fd fd = checked_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), "cannot open",
                           path.native());
  return read_all(fd.get(), limit, path.native());
}

std::optional<std::string> read_file_if_exists(const Path& path, std::size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!fd) throw_system_error("cannot open", path.native());
  return read_all(fd.get(), limit, path.native());
}

std::optional<std::string> read_small(int directory, const char* name) {
  const Fd fd(::openat(directory, name, O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string bytes(4096, '\0');
  const ssize_t n = ::read(fd.get(), bytes.data(), bytes.size());
  if (n < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(n));
  return bytes;
}

void write_all(int fd, std::string_view bytes, std::string_view subject) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && try_again(fd, POLLOUT)) continue;
    // What the caller gave us to answer on is not the store: a full one is no matter of the host.
    if (n < 0 && fd <= 2) throw Error(ExitCode::failed, fmt::format("cannot write '{}': {}", subject, error_text(errno)));
    if (n < 0) throw_system_error("cannot write", subject);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void replace_file(const Path& path, std::string_view bytes, unsigned mode) {
  const std::string temporary = fmt::format("{}.{}.tmp", path.native(), ::getpid());
  try {
    const Fd fd = checked_fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode),
        "cannot create", temporary);
    write_all(fd.get(), bytes, path.native());
    if (::rename(temporary.c_str(), path.c_str()) < 0)
      throw_system_error("cannot replace", path.native());
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace sandbox
