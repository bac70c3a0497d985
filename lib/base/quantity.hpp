#pragma once
// Quantities as people write them: sizes (512M, 2GiB, 1.5G), durations (90s, 2h, 1h30m, 7d).
// Sizes are powers of 1024, as everywhere memory is sold. Nothing is guessed: a bare number
// is bytes or seconds, anything else unknown is an error that shows an example.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandbox {

/// Bytes; throws Error(input) on overflow, a sign, or an unknown unit.
std::uint64_t parse_size(std::string_view text);

/// Throws Error(input) on overflow, a sign, or an unknown unit.
std::chrono::milliseconds parse_duration(std::string_view text);

/// 1536 → "1.5 KiB".
std::string size_text(std::uint64_t bytes);

/// 5400000 ms → "1h30m"; below ten seconds with fractions: "1.25s".
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace sandbox
