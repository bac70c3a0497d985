#include "base/clock.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdio>
#include <thread>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace sandbox {

using std::chrono::milliseconds;

WallTime wall_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

WallTime next_tick() {
  // The kernel gives files the time of its last tick, or, from Linux 6.13 on, now and then the exact one,
  // and from then on none an earlier one. So what counts is the time that a file is really given.
  const WallTime wanted = wall_now() + milliseconds(1);
  const Fd probe = checked_fd(::memfd_create("tick", MFD_CLOEXEC), "cannot make", "a file to ask for the time");
  for (int tries = 0; tries < 5000; ++tries) {
    struct stat info {};
    if (::fchmod(probe.get(), 0600) < 0 || ::fstat(probe.get(), &info) < 0) throw_system_error("cannot ask for the time of", "a file");
    if (std::chrono::seconds(info.st_ctim.tv_sec) + std::chrono::nanoseconds(info.st_ctim.tv_nsec) >= wanted.time_since_epoch()) return wanted;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  throw Error(ExitCode::failed, "the clock does not go on", "was it set back just now? try again");
}

std::string rfc3339(WallTime time) {
  // Not gmtime(), which opens /etc/localtime first.
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

namespace {

Error not_a_time(std::string_view text) {
  return Error(ExitCode::input, fmt::format("not a time: '{}'", text), "write it as 2026-11-20T12:00:00.000Z");
}

}  // namespace

WallTime parse_rfc3339(std::string_view text) {
  int year = 0, hours = 0, minutes = 0, seconds = 0, millis = 0, used = 0;
  unsigned month = 0, day = 0;
  const std::string copy(text);
  const int fields = std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hours, &minutes,
                                 &seconds, &millis, &used);
  if (fields != 7 || used != static_cast<int>(text.size())) throw not_a_time(text);
  const std::chrono::year_month_day calendar{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  const std::chrono::sys_days date = calendar;
  const WallTime time = date + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
                        std::chrono::seconds(seconds) + milliseconds(millis);
  // scanf takes signs, blanks and the 31st of February; the way back does not.
  if (time < WallTime() || rfc3339(time) != text) throw not_a_time(text);
  return time;
}

double Stopwatch::elapsed_ms() const {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
      .count();
}

double Stopwatch::lap_ms() {
  const double elapsed = elapsed_ms();
  start_ = std::chrono::steady_clock::now();
  return elapsed;
}

}  // namespace sandbox
