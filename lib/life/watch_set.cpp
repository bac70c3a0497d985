#include "life/watch_set.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox::life {

WatchSet::WatchSet() : epoll_(checked_fd(::epoll_create1(EPOLL_CLOEXEC), "cannot make an epoll")) {}

void WatchSet::add(const Fd& fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.fd = fd.get();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) < 0) throw_system_error("cannot watch a descriptor");
}

void WatchSet::forget(const Fd& fd) noexcept { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd.get(), nullptr); }

void WatchSet::forget_if_closed(const Fd& fd) noexcept {
  pollfd end{fd.get(), 0, 0};
  if (::poll(&end, 1, 0) == 1 && (end.revents & POLLHUP)) forget(fd);
}

void WatchSet::wait(int wait_ms, const std::function<void(int)>& handle) {
  epoll_event events[16];
  const int count = ::epoll_wait(epoll_.get(), events, 16, wait_ms);
  if (count < 0 && errno != EINTR) throw_system_error("cannot wait");
  for (int i = 0; i < count; ++i) handle(events[i].data.fd);
}

}  // namespace sandbox::life
