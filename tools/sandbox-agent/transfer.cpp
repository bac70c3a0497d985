#include "transfer.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cstring>

#include "decimal.hpp"
#include "handle.hpp"

namespace sandbox::agent {

namespace {

char chunk[256 * 1024];

int write_all(int fd, const char* bytes, std::size_t size) {
  while (size != 0) {
    const ssize_t n = ::write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return 0;
}

int copy(int from, int to) {
  for (;;) {
    const ssize_t n = ::read(from, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return 0;
    if (const int error = write_all(to, chunk, static_cast<std::size_t>(n))) return error;
  }
}

/// The directory of `path`, made where it is missing; `name` becomes the last component.
int open_parent(const char* path, const char*& name, Handle& out) {
  Handle directory(::open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (;;) {
    while (*path == '/') ++path;
    const char* slash = std::strchr(path, '/');
    if (!slash) break;
    char component[256];
    const std::size_t size = static_cast<std::size_t>(slash - path);
    if (size >= sizeof component) return ENAMETOOLONG;
    std::memcpy(component, path, size);
    component[size] = '\0';
    if (::mkdirat(directory.get(), component, 0755) < 0 && errno != EEXIST) return errno;
    Handle next(::openat(directory.get(), component, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!next) return errno;
    directory = std::move(next);
    path = slash;
  }
  name = path;
  out = std::move(directory);
  return *name == '\0' || std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0 ? EISDIR : 0;
}

bool committed() {
  char word;
  return ::read(3, &word, 1) == 1;
}

int fill(int file, std::uint64_t mode) {
  if (const int error = copy(0, file)) return error;
  if (::fchmod(file, static_cast<mode_t>(mode)) < 0) return errno;
  return committed() ? 0 : ECANCELED;
}

}  // namespace

int receive_file(const void* context) {
  const Transfer& transfer = *static_cast<const Transfer*>(context);
  const char* name = nullptr;
  Handle directory;
  if (const int error = open_parent(transfer.path, name, directory)) return error;
  const DecimalName temporary(".sandbox-put-", static_cast<std::uint64_t>(::getpid()));
  const Handle file(::openat(directory.get(), temporary.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return errno;
  int error = fill(file.get(), transfer.mode);
  if (error == 0 && ::renameat(directory.get(), temporary.c_str(), directory.get(), name) < 0)
    error = errno;
  if (error != 0) ::unlinkat(directory.get(), temporary.c_str(), 0);
  return error;
}

int send_file(const void* context) {
  const Transfer& transfer = *static_cast<const Transfer*>(context);
  const Handle file(::open(transfer.path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) < 0) return errno;
  if (S_ISDIR(info.st_mode)) return EISDIR;
  if (!S_ISREG(info.st_mode)) return EINVAL;
  return copy(file.get(), 1);
}

}  // namespace sandbox::agent
