#include "loop.hpp"

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"

namespace sandbox::doorman {

Loop::Loop() : epoll_(checked_fd(::epoll_create1(EPOLL_CLOEXEC), "cannot make an epoll")) {}

void Loop::watch(int fd, std::uint32_t events, Watcher& watcher) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) < 0) throw_system_error("cannot watch a descriptor");
  if (static_cast<std::size_t>(fd) >= watchers_.size()) watchers_.resize(static_cast<std::size_t>(fd) + 1);
  watchers_[static_cast<std::size_t>(fd)] = &watcher;
}

void Loop::change(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) < 0) throw_system_error("cannot watch a descriptor");
}

void Loop::forget(int fd) {
  if (fd < 0 || static_cast<std::size_t>(fd) >= watchers_.size() || !watchers_[static_cast<std::size_t>(fd)]) return;
  watchers_[static_cast<std::size_t>(fd)] = nullptr;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

Loop::TimerKey Loop::at(Clock::time_point when, std::function<void()> act) {
  const TimerKey key{when, ++timer_number_};
  timers_.emplace(key, std::move(act));
  return key;
}

void Loop::run_soon() {
  // What they add is for the next round: nobody keeps the others waiting.
  const std::vector<std::function<void()>> now = std::exchange(soon_, {});
  for (const auto& act : now) act();
}

void Loop::run_timers() {
  // Those due at the start: one that sets itself again must not keep the descriptors waiting.
  const TimerKey now{Clock::now(), timer_number_};
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto act = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    act();
  }
}

int Loop::next_wait_ms() const {
  if (!soon_.empty()) return 0;
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.first - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Loop::run() {
  while (!stopped_) {
    epoll_event events[64];
    const int count = ::epoll_wait(epoll_.get(), events, 64, next_wait_ms());
    if (count < 0 && errno != EINTR) throw_system_error("cannot wait");
    for (int i = 0; i < count; ++i) {
      // Closed and opened again within this round: a word too many, which every watcher bears.
      const auto fd = static_cast<std::size_t>(events[i].data.fd);
      if (fd < watchers_.size() && watchers_[fd]) watchers_[fd]->ready(events[i].data.fd, events[i].events);
    }
    run_timers();
    run_soon();
  }
}

}  // namespace sandbox::doorman
