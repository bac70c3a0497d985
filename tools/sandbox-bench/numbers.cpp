#include "numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"

namespace sandbox::tool {

std::string number_text(double value, const std::string& unit) {
  if (unit == "bytes") return size_text(static_cast<std::uint64_t>(std::clamp(value, 0.0, 1e18)));
  if (unit.empty()) return fmt::format("{:.2f}", value);
  const int digits = value < 10 ? 2 : value < 1000 ? 1 : 0;
  return fmt::format("{:.{}f} ms", value, digits);
}

std::string verdict_text(const record::RowChange& change) { return change.verdict == "no-change" ? "no change" : change.verdict; }

std::string milliseconds_or_dash(const std::optional<double>& value) { return value ? number_text(*value, "ms") : "-"; }

std::string per_second_or_dash(const record::SweepLevel& level) { return level.throughput_per_s ? fmt::format("{:.1f}", *level.throughput_per_s) : "-"; }

const record::RowChange* change_of(const record::Measurements& measurements, const record::MeasuredRow& row) {
  if (!measurements.comparison) return nullptr;
  const auto& rows = measurements.comparison->rows;
  const auto found = std::ranges::find_if(rows, [&](const record::RowChange& one) { return one.kind == row.kind && one.name == row.name; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace sandbox::tool
