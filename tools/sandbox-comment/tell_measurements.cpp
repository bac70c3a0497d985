// sandbox.measurements/1: what became slower or faster, and what could not be measured.
#include <fmt/format.h>

#include <algorithm>

#include "forge/markdown.hpp"
#include "record/measurements.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxRows = 50, kMaxDiffering = 10;

/// In a cell of a table a bar ends the cell, even in a code span.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : forge::code(text, 100)) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

std::string number(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", *value) : "-"; }

/// A word of ours, or anybody's in a code span.
std::string word(const std::string& verdict) {
  if (verdict == "no-change") return "no change";
  return std::ranges::find(record::RowChange::kVerdicts, verdict) == record::RowChange::kVerdicts.end() ? cell(verdict) : verdict;
}

std::string line_of(const record::RowChange& change) {
  return fmt::format("| {} | {} | {} to {} | {}{} |\n", cell(change.name), number(change.ratio), number(change.low), number(change.high), word(change.verdict),
                     change.over ? ", over the limit" : "");
}

/// What is over the limit first, then what changed; what did not is only counted.
std::string table_of(const record::Comparison& comparison) {
  std::vector<record::RowChange> rows = comparison.rows;
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.over > b.over; });
  std::string text;
  std::size_t shown = 0, left = 0;
  for (const record::RowChange& change : rows)
    if (change.verdict != "no-change" && ++shown <= kMaxRows) text += line_of(change);
    else ++left;
  if (!text.empty()) text = "\n| what | ratio | bounds | change |\n|---|--:|--:|---|\n" + text;
  return text + (left ? fmt::format("\n*{} more {}*\n", left, shown > kMaxRows ? "rows" : "without a change") : "");
}

std::string failures_of(const record::Measurements& measurements) {
  std::string text;
  std::size_t shown = 0;
  for (const record::MeasuredRow& row : measurements.rows)
    if (row.failed > 0 && ++shown <= kMaxRows) text += fmt::format("- {} failed: {}\n", forge::code(row.name, 100), forge::code(row.error.value_or("?"), 300));
  return text.empty() ? "" : "\n" + text;
}

std::string conditions_of(const record::Comparison& comparison) {
  std::string text;
  std::size_t shown = 0;
  for (const record::OtherCondition& other : comparison.differs)
    if (++shown <= kMaxDiffering) text += fmt::format("- another {}: {}, was {}\n", forge::code(other.what, 40), forge::code(other.now, 100), forge::code(other.then, 100));
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

Sections tell_measurements(const Json& record, const Setting&) {
  const auto measurements = record.get<record::Measurements>();
  std::size_t over = 0;
  if (measurements.comparison) over = static_cast<std::size_t>(std::ranges::count(measurements.comparison->rows, true, &record::RowChange::over));
  const std::string says = fmt::format("{} rows measured{}{}", measurements.rows.size(), over ? fmt::format(", {} over the limit", over) : "",
                                       measurements.verdict.passed() ? "" : ", failed");
  Section section{"measurements", 28, measurements.verdict.passed() ? 50 : 70, "", {"bench: " + says + ", of", {measurements.image}}};
  section.text = fmt::format("**Bench** of {}: {}\n", forge::code(measurements.image), says) + failures_of(measurements);
  if (measurements.comparison) section.text += table_of(*measurements.comparison) + conditions_of(*measurements.comparison);
  return {section};
}

}  // namespace sandbox::tool
