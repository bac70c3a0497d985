#include "base/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "base/error.hpp"

namespace sandbox {

namespace {

Fd open_lock(const Path& path) {
  return checked_fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600),
                    "cannot open the lock", path.native());
}

int operation(Share share) { return share == Share::exclusive ? LOCK_EX : LOCK_SH; }

}  // namespace

Fd lock_file(const Path& path, Share share) {
  Fd fd = open_lock(path);
  while (::flock(fd.get(), operation(share)) < 0)
    if (errno != EINTR) throw_system_error("cannot lock", path.native());
  return fd;
}

std::optional<Fd> try_lock_file(const Path& path, Share share) {
  Fd fd = open_lock(path);
  if (::flock(fd.get(), operation(share) | LOCK_NB) == 0) return fd;
  if (errno == EWOULDBLOCK) return std::nullopt;
  throw_system_error("cannot lock", path.native());
}

std::optional<Fd> lock_file_within(const Path& path, std::chrono::milliseconds patience, Share share) {
  using std::chrono::microseconds;
  constexpr microseconds kFirstNap{50}, kLongestNap{2000};
  Fd fd = open_lock(path);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (microseconds nap = kFirstNap;; nap = std::min(nap * 2, kLongestNap)) {
    if (::flock(fd.get(), operation(share) | LOCK_NB) == 0) return fd;
    if (errno != EWOULDBLOCK && errno != EINTR) throw_system_error("cannot lock", path.native());
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(nap);
  }
}

Fd lock_file_for_reading(const Path& path) {
  return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

}  // namespace sandbox
