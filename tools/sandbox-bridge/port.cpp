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

std::string_view Port::due() const {
  if (!stopped_) return out.waiting();
  if (before_ != 0) return out.waiting().substr(0, before_);
  return {&word_, word_ == 0 ? 0U : 1U};
}

void Port::went(std::size_t bytes) {
  if (stopped_ && before_ == 0) {
    stopped_ = false;
    word_ = 0;
    return;
  }
  out.written(bytes);
  if (stopped_) before_ -= bytes;
}

bool Port::flush() {
  for (std::string_view next = due(); !next.empty(); next = due()) {
    const ssize_t n = ::write(descriptor(), next.data(), next.size());
    if (n < 0) return again();
    went(static_cast<std::size_t>(n));
  }
  return true;
}

void Port::stop() {
  stopped_ = true;
  before_ = out.waiting().size();
}

void Port::forget() {
  out.reset();
  silent_ = heard_ = false;
}

}  // namespace sandbox::bridge
