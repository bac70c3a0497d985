#pragma once
// Watch set: the descriptors that one loop waits for, by epoll(7). It borrows them: one that is closed while
// somebody else holds what is behind it goes on being watched, so each is forgotten by name.
#include <functional>

#include "base/fd.hpp"

namespace sandbox::life {

class WatchSet {
 public:
  WatchSet();

  /// To wait for it together with others, by poll(2).
  const Fd& descriptor() const { return epoll_; }

  /// For what can be read from it, and for its end.
  void add(const Fd& fd);
  void forget(const Fd& fd) noexcept;
  /// If nothing can come from it any more.
  void forget_if_closed(const Fd& fd) noexcept;

  /// Calls `handle` with the number of each that has something. `wait_ms`: -1 is without end.
  void wait(int wait_ms, const std::function<void(int)>& handle);

 private:
  Fd epoll_;
};

}  // namespace sandbox::life
