#pragma once
// Fd: one owned file descriptor. It enters explicitly, leaves by name and is never copied.
// Every descriptor in this project is close-on-exec from birth; what a child should keep is
// listed where the child is made.
#include <string_view>
#include <utility>

namespace sandbox {

class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int owned) noexcept : fd_(owned) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { close(); }

  int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void close() noexcept;

 private:
  int fd_ = -1;
};

/// Takes a descriptor from a call that returns -1 on failure; throws "problem 'subject': cause".
Fd checked_fd(int fd, std::string_view problem, std::string_view subject = {});

/// The end to read from, and the one to write to. `more`: further flags than close-on-exec.
std::pair<Fd, Fd> make_pipe(int more = 0);

/// A second, close-on-exec descriptor, never on 0, 1 or 2.
Fd duplicate(const Fd& from);
Fd duplicate(int from);

}  // namespace sandbox
