#include "base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace sandbox {

namespace {

/// Takes a non-negative decimal number off the front; NaN when there is none.
double take_number(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && ((text[length] >= '0' && text[length] <= '9') || text[length] == '.'))
    ++length;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, value);
  if (length == 0 || error != std::errc() || end != text.data() + length)
    return std::numeric_limits<double>::quiet_NaN();
  text.remove_prefix(length);
  return value;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && (text[length] | 32) >= 'a' && (text[length] | 32) <= 'z') ++length;
  const std::string_view letters = text.substr(0, length);
  text.remove_prefix(length);
  return letters;
}

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kSizeUnits = {
    Unit{"", 1.0},          Unit{"B", 1.0},         Unit{"K", 1024.0},      Unit{"KiB", 1024.0},
    Unit{"M", 1048576.0},   Unit{"MiB", 1048576.0}, Unit{"G", 0x1p30},      Unit{"GiB", 0x1p30},
    Unit{"T", 0x1p40},      Unit{"TiB", 0x1p40},
};

constexpr std::array kTimeUnits = {
    Unit{"", 1e3},    Unit{"ms", 1.0},  Unit{"s", 1e3},
    Unit{"m", 60e3},  Unit{"h", 3600e3}, Unit{"d", 86400e3},
};

template <std::size_t N>
double factor_of(std::string_view name, const std::array<Unit, N>& units) {
  for (const Unit& unit : units)
    if (unit.name == name) return unit.factor;
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::uint64_t parse_size(std::string_view text) {
  std::string_view rest = text;
  const double bytes = take_number(rest) * factor_of(take_letters(rest), kSizeUnits);
  if (std::isnan(bytes) || !rest.empty() || bytes >= 0x1p62)
    throw Error(ExitCode::input, fmt::format("not a size: '{}'", text), "write it as 512M or 2G");
  return static_cast<std::uint64_t>(bytes);
}

std::chrono::milliseconds parse_duration(std::string_view text) {
  std::string_view rest = text;
  double total = 0;
  bool first = true;
  do {
    const double number = take_number(rest);
    const std::string_view unit = take_letters(rest);
    // A bare number may stand alone ("90"), not after a unit ("1h30").
    total += unit.empty() && !first ? std::numeric_limits<double>::quiet_NaN()
                                    : number * factor_of(unit, kTimeUnits);
    first = false;
  } while (!rest.empty() && !std::isnan(total));
  if (std::isnan(total) || total >= 1e15)
    throw Error(ExitCode::input, fmt::format("not a duration: '{}'", text),
                "write it as 90s, 10m, 2h or 1h30m");
  return std::chrono::milliseconds(std::llround(total));
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array names = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < names.size(); ++unit) value /= 1024;
  return unit == 0 || value >= 100 || value == std::floor(value)
             ? fmt::format("{:.0f} {}", value, names[unit])
             : fmt::format("{:.1f} {}", value, names[unit]);
}

std::string duration_text(std::chrono::milliseconds duration) {
  const std::int64_t ms = duration.count();
  if (ms < 1000) return fmt::format("{}ms", ms);
  if (ms < 10'000) return fmt::format("{:.2f}s", static_cast<double>(ms) / 1000);
  const std::int64_t seconds = ms / 1000;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600)
    return seconds % 60 ? fmt::format("{}m{}s", seconds / 60, seconds % 60)
                        : fmt::format("{}m", seconds / 60);
  if (seconds < 86400)
    return seconds % 3600 / 60 ? fmt::format("{}h{}m", seconds / 3600, seconds % 3600 / 60)
                               : fmt::format("{}h", seconds / 3600);
  return seconds % 86400 / 3600 ? fmt::format("{}d{}h", seconds / 86400, seconds % 86400 / 3600)
                                : fmt::format("{}d", seconds / 86400);
}

}  // namespace sandbox
