#pragma once
// Clock: wall time as people and records write it, and stopwatches for stages.
#include <chrono>
#include <string>
#include <string_view>

namespace sandbox {

using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

WallTime wall_now();

/// Waits until the clock that files have their times from moves on, 10 ms at most, and returns the
/// millisecond of that: no file is older that changes from now on, and all that changed before are.
/// Throws Error(failed) when it does not, within a second: somebody has set it back.
WallTime next_tick();

/// RFC 3339 in UTC with milliseconds: 2026-11-20T12:00:00.000Z.
std::string rfc3339(WallTime time);

/// The inverse of rfc3339(); throws Error(input) on anything else.
WallTime parse_rfc3339(std::string_view text);

/// Milliseconds since construction (or the last lap), on the monotonic clock.
class Stopwatch {
 public:
  double elapsed_ms() const;
  /// Milliseconds since the last lap; starts the next one.
  double lap_ms();

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace sandbox
