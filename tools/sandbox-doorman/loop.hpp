#pragma once
// Loop: one thread, one epoll, timers. Who watches a descriptor must forget it before closing it.
#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/fd.hpp"

namespace sandbox::doorman {

using Clock = std::chrono::steady_clock;

class Loop {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void ready(int fd, std::uint32_t events) = 0;
  };
  using TimerKey = std::pair<Clock::time_point, std::uint64_t>;

  Loop();

  void watch(int fd, std::uint32_t events, Watcher& watcher);
  void change(int fd, std::uint32_t events);
  void forget(int fd);

  TimerKey at(Clock::time_point when, std::function<void()> act);
  void cancel(const TimerKey& timer) { timers_.erase(timer); }
  /// Before the next wait: for what must not happen in the middle of something.
  void soon(std::function<void()> act) { soon_.push_back(std::move(act)); }

  void run();
  void stop() { stopped_ = true; }

 private:
  int next_wait_ms() const;
  void run_soon();
  void run_timers();

  Fd epoll_;
  std::vector<Watcher*> watchers_;  ///< by descriptor
  std::map<TimerKey, std::function<void()>> timers_;
  std::vector<std::function<void()>> soon_;
  std::uint64_t timer_number_ = 0;
  bool stopped_ = false;
};

/// A timer that goes with its owner.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(loop) {}
  Timer(const Timer&) = delete;
  ~Timer() { cancel(); }
  void set(std::chrono::milliseconds after, std::function<void()> act) {
    cancel();
    key_ = loop_.at(Clock::now() + after, std::move(act));
  }
  void cancel() { loop_.cancel(std::exchange(key_, {})); }

 private:
  Loop& loop_;
  Loop::TimerKey key_;
};

}  // namespace sandbox::doorman
