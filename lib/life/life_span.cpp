#include "life/life_span.hpp"

#include <sys/timerfd.h>

#include <algorithm>

#include "base/error.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;

Fd make_timer() {
  // Boot time: a suspended laptop does not stretch a TTL.
  return checked_fd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), "cannot make a timer");
}

void set_timer(const Fd& timer, std::optional<milliseconds> after) {
  // Zero would disarm it.
  const milliseconds ms = after ? std::max(*after, milliseconds(1)) : milliseconds(0);
  const itimerspec when{{0, 0}, {ms.count() / 1000, ms.count() % 1000 * 1'000'000}};
  if (::timerfd_settime(timer.get(), 0, &when, nullptr) < 0) throw_system_error("cannot set a timer");
}

}  // namespace

LifeSpan::LifeSpan() : ttl_(make_timer()), idle_(make_timer()) {}

void LifeSpan::set_ttl(std::optional<milliseconds> ttl) { set_timer(ttl_, ttl); }

std::optional<milliseconds> LifeSpan::ttl_left() const {
  itimerspec left{};
  if (::timerfd_gettime(ttl_.get(), &left) < 0) throw_system_error("cannot read a timer");
  if (left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0) return std::nullopt;
  return milliseconds(left.it_value.tv_sec * 1000 + left.it_value.tv_nsec / 1'000'000);
}

void LifeSpan::set_idle(std::optional<milliseconds> idle) {
  idle_time_ = idle;
  set_busy(busy_);
}

void LifeSpan::set_busy(bool busy) {
  busy_ = busy;
  set_timer(idle_, busy ? std::nullopt : idle_time_);
}

}  // namespace sandbox::life
