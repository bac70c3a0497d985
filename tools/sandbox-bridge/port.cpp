#include "port.hpp"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sandbox::bridge {

namespace {

bool is_device(int descriptor) {
  struct stat info {};
  return ::fstat(descriptor, &info) == 0 && S_ISCHR(info.st_mode);
}

bool again() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

Port::Port(wire::Handle descriptor) : descriptor_(std::move(descriptor)), is_device_(is_device(descriptor_.get())) {}

bool Port::read() {
  const std::span<char> room = in.room();
  const ssize_t n = ::read(descriptor(), room.data(), room.size());
  silent_ = n == 0 && is_device_ && !heard_;
  if (n > 0) {
    in.grew(static_cast<std::size_t>(n));
    heard_ = true;
    return true;
  }
  return silent_ || (n < 0 && again());
}

bool Port::flush() {
  while (!out.waiting().empty()) {
    const std::string_view waiting = out.waiting();
    const ssize_t n = ::write(descriptor(), waiting.data(), waiting.size());
    if (n < 0) return again();
    out.written(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace sandbox::bridge
