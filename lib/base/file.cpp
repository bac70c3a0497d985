#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox {

std::string read_all(int fd, std::size_t limit, std::string_view subject) {
  std::string bytes;
  char chunk[16384];
  for (;;) {
    const ssize_t n = ::read(fd, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot read", subject);
    if (n == 0) return bytes;
    bytes.append(chunk, static_cast<std::size_t>(n));
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
    if (n < 0 && errno == EINTR) continue;
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
