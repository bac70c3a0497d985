#include "human.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/human.hpp"
#include "measure/comparison.hpp"
#include "numbers.hpp"

namespace sandbox::tool {

namespace {

using record::MeasuredRow;
using record::Measurements;

constexpr int kBarWidth = 12;

/// Eighths of a cell, so that a bar has 96 lengths.
std::string bar(double share) {
  static constexpr std::array<const char*, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int eighths = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kBarWidth * 8));
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "█";
  return text + kEighths[static_cast<std::size_t>(eighths % 8)];
}

double largest_median(const Measurements& measurements, const std::string& unit) {
  double largest = 0;
  for (const MeasuredRow& row : measurements.rows)
    if (row.distribution && row.unit == unit) largest = std::max(largest, row.distribution->median);
  return largest;
}

std::string heading(const Measurements& measurements) {
  const auto& machine = measurements.machine;
  return fmt::format("{}{}{}  {} runs\n{}, {} processors, {}, Linux {}{}\n\n", visible(measurements.image), measurements.engine ? "  " + visible(*measurements.engine) : "",
                     measurements.processor ? " (" + visible(*measurements.processor) + ")" : "", measurements.runs, visible(machine.processor), machine.processors,
                     size_text(machine.memory_bytes), visible(machine.kernel), machine.load ? fmt::format(", load {:.2f}", *machine.load) : "");
}

std::string rows_table(const Measurements& measurements) {
  cli::Table table;
  table.row({"WHAT", "N", "MEDIAN", "P90", "P99", "MIN", "MAX", "", ""});
  for (const MeasuredRow& row : measurements.rows) {
    const std::string failed = row.failed ? fmt::format("{} failed: {}", row.failed, row.error.value_or("")) : "";
    if (!row.distribution) {
      table.row({row.name, "0", "-", "-", "-", "-", "-", "", failed});
      continue;
    }
    const auto& all = *row.distribution;
    const double largest = largest_median(measurements, row.unit);
    const std::string outliers = failed.empty() && all.outliers ? fmt::format("{} far from the median", all.outliers) : failed;
    table.row({row.name, fmt::format("{}", row.samples.size()), number_text(all.median, row.unit), number_text(all.p90, row.unit), number_text(all.p99, row.unit),
               number_text(all.min, row.unit), number_text(all.max, row.unit), bar(largest > 0 ? all.median / largest : 0), outliers});
  }
  return measurements.rows.empty() ? "" : table.text();
}

std::string sweep_table(const Measurements& measurements) {
  if (measurements.sweep.empty()) return {};
  cli::Table table;
  double most = 0;
  for (const auto& level : measurements.sweep) most = std::max(most, level.throughput_per_s.value_or(0));
  table.row({"AT ONCE", "PER SECOND", "MEDIAN", "P99", "FAILED", "", ""});
  for (const auto& level : measurements.sweep)
    table.row({fmt::format("{}", level.concurrency), per_second_or_dash(level), milliseconds_or_dash(level.median_ms),
               milliseconds_or_dash(level.p99_ms), fmt::format("{}", level.failed), bar(most > 0 ? level.throughput_per_s.value_or(0) / most : 0), level.error.value_or("")});
  return "\n" + table.text();
}

std::string series_lines(const Measurements& measurements) {
  std::string text;
  for (const auto& series : measurements.series) {
    std::uint64_t memory = 0;
    for (const auto& point : series.points) memory = std::max(memory, point.memory_bytes.value_or(0));
    if (!series.points.empty())
      text += fmt::format("{}: {} in {}, at most {} of memory, {} points\n", visible(series.name), number_text(series.points.back().cpu_ms, "ms") + " of processor time",
                          number_text(series.points.back().at_ms, "ms"), size_text(memory), series.points.size());
  }
  return text.empty() ? "" : "\n" + text;
}

std::string comparison_table(const Measurements& measurements) {
  if (!measurements.comparison) return {};
  cli::Table table;
  table.row({"CHANGE", "RATIO", ""});
  for (const auto& change : measurements.comparison->rows)
    table.row({change.name, measure::ratio_text(change), verdict_text(change) + (change.over ? ", over the limit" : "")});
  std::string text = fmt::format("\nsince {} ({})\n", visible(measurements.comparison->baseline), visible(measurements.comparison->created)) + table.text();
  for (const auto& other : measurements.comparison->differs)
    text += fmt::format("another {}: '{}', was '{}'\n", visible(other.what), visible(other.now), visible(other.then));
  return text;
}

}  // namespace

std::string human(const Measurements& measurements) {
  std::string text = heading(measurements) + rows_table(measurements) + sweep_table(measurements) + series_lines(measurements) + comparison_table(measurements);
  for (const auto& note : measurements.notes) text += fmt::format("{}: {}\n", visible(note.about), visible(note.text));
  if (!measurements.verdict.passed()) text += visible(measurements.verdict.detail) + "\n";
  return text;
}

}  // namespace sandbox::tool
