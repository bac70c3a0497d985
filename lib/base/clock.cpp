#include "base/clock.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "base/error.hpp"

namespace sandbox {

using std::chrono::milliseconds;

WallTime wall_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

std::string rfc3339(WallTime time) {
  const auto since = time.time_since_epoch().count();
  const std::time_t seconds = static_cast<std::time_t>(since / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     since % 1000);
}

namespace {

Error not_a_time(std::string_view text) {
  return Error(ExitCode::input, fmt::format("not a time: '{}'", text), "write it as 2026-11-20T12:00:00.000Z");
}

}  // namespace

WallTime parse_rfc3339(std::string_view text) {
  std::tm parts{};
  int millis = 0;
  int used = 0;
  const std::string copy(text);
  const int fields = std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &parts.tm_year,
                                 &parts.tm_mon, &parts.tm_mday, &parts.tm_hour, &parts.tm_min,
                                 &parts.tm_sec, &millis, &used);
  if (fields != 7 || used != static_cast<int>(text.size()))
    throw not_a_time(text);
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const WallTime time(std::chrono::seconds(::timegm(&parts)) + milliseconds(millis));
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
