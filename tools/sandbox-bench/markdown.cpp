#include <fmt/format.h>

#include "base/quantity.hpp"
#include "forge/markdown.hpp"
#include "human.hpp"
#include "measure/comparison.hpp"
#include "numbers.hpp"

namespace sandbox::tool {

namespace {

std::string cell(std::string_view text) { return forge::cell(text, 300); }

std::string heading(const record::Measurements& measurements) {
  const auto& machine = measurements.machine;
  return fmt::format("**{}** {}, {} runs, on {}, {} processors, {}\n\n", forge::code(measurements.image), forge::code(measurements.engine.value_or("?"), 40), measurements.runs,
                     forge::code(machine.processor), machine.processors, size_text(machine.memory_bytes));
}

std::string changed(const record::Measurements& measurements, const record::MeasuredRow& row) {
  const record::RowChange* change = change_of(measurements, row);
  if (!change) return "";
  const std::string text = verdict_text(*change) + (change->ratio ? " × " + measure::ratio_text(*change) : "");
  return change->over ? "**" + forge::harmless(text) + "**" : forge::harmless(text);
}

std::string row_line(const record::Measurements& measurements, const record::MeasuredRow& row) {
  std::string line = fmt::format("| {} | {} |", cell(row.name), row.samples.size());
  if (row.distribution)
    for (const double value : {row.distribution->median, row.distribution->p90, row.distribution->p99, row.distribution->min, row.distribution->max})
      line += fmt::format(" {} |", number_text(value, row.unit));
  else
    line += " - | - | - | - | - |";
  if (measurements.comparison) line += fmt::format(" {} |", changed(measurements, row));
  return line + (row.failed ? fmt::format(" {} failed: {} |\n", row.failed, cell(row.error.value_or("?"))) : " |\n");
}

}  // namespace

std::string markdown(const record::Measurements& measurements) {
  const bool compared = measurements.comparison.has_value();
  std::string text = heading(measurements);
  text += fmt::format("| what | n | median | p90 | p99 | min | max |{} |\n|---|--:|--:|--:|--:|--:|--:|{}---|\n", compared ? " change |" : "", compared ? "---|" : "");
  for (const auto& row : measurements.rows) text += row_line(measurements, row);
  if (!measurements.sweep.empty()) text += "\n| at once | per second | median | p99 | failed | |\n|--:|--:|--:|--:|--:|---|\n";
  for (const auto& level : measurements.sweep)
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", level.concurrency, per_second_or_dash(level), milliseconds_or_dash(level.median_ms),
                        milliseconds_or_dash(level.p99_ms), level.failed, level.error ? cell(*level.error) : "");
  if (!measurements.notes.empty() || (compared && !measurements.comparison->differs.empty())) text += "\n";
  for (const auto& note : measurements.notes) text += fmt::format("- {}: {}\n", forge::code(note.about), forge::code(note.text));
  if (compared)
    for (const auto& other : measurements.comparison->differs)
      text += fmt::format("- another {}: {}, was {}\n", forge::code(other.what, 40), forge::code(other.now), forge::code(other.then));
  if (!measurements.verdict.passed()) text += "\n" + forge::code(measurements.verdict.detail, 1000) + "\n";
  return text;
}

}  // namespace sandbox::tool
