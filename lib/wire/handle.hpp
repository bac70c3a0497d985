#pragma once
// Handle: one owned file descriptor, as base/fd.hpp has it, for programs without exceptions.
#include <unistd.h>

#include <utility>

namespace sandbox::wire {

class Handle {
 public:
  Handle() = default;
  explicit Handle(int owned) : fd_(owned) {}
  Handle(Handle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Handle() { close(); }

  int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace sandbox::wire
