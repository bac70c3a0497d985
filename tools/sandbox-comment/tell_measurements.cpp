// sandbox.measurements/1: what became slower or faster, and what could not be measured.
#include <fmt/format.h>

#include <algorithm>

#include "forge/markdown.hpp"
#include "record/measurements.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxRows = 50, kMaxDiffering = 10;

std::string cell(std::string_view text) { return forge::cell(text, 100); }

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

/// What is not in the table is only counted.
std::string counts_of(std::size_t more, std::size_t same, std::size_t unsure) {
  std::string text;
  const auto add = [&](std::size_t count, const char* what) {
    if (count) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(more, "more rows");
  add(same, "without a change");
  add(unsure, "unsure");
  return text.empty() ? "" : "\n*" + text + "*\n";
}

/// What is over the limit first, then what changed for certain. The machine's own rows are no
/// change of the image; they are among the other conditions.
std::string table_of(const record::Comparison& comparison) {
  std::vector<record::RowChange> rows = comparison.rows;
  std::erase_if(rows, [](const auto& change) { return change.kind == "machine"; });
  const auto same = std::erase_if(rows, [](const auto& change) { return change.verdict == "no-change"; });
  const auto unsure = std::erase_if(rows, [](const auto& change) { return change.verdict == "unsure" && !change.over; });
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.over > b.over; });
  const std::size_t shown = std::min(rows.size(), kMaxRows);
  std::string text = shown ? "\n| what | ratio | bounds | change |\n|---|--:|--:|---|\n" : "";
  for (std::size_t i = 0; i < shown; ++i) text += line_of(rows[i]);
  return text + counts_of(rows.size() - shown, same, unsure);
}

std::string failures_of(const record::Measurements& measurements) {
  std::string text;
  std::size_t shown = 0;
  for (const record::MeasuredRow& row : measurements.rows)
    if (row.failed > 0 && ++shown <= kMaxRows) text += fmt::format("- {} failed: {}\n", forge::code(row.name, 100), forge::code(row.error.value_or("?"), 300));
  for (const record::SweepLevel& level : measurements.sweep)
    if (level.failed > 0 && ++shown <= kMaxRows)
      text += fmt::format("- {} of {} lives failed, {} at once: {}\n", level.failed, level.runs, level.concurrency, forge::code(level.error.value_or("?"), 300));
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
  section.text = fmt::format("**Bench** of {}: {}\n", forge::code(measurements.image), says);
  if (measurements.comparison) section.text += table_of(*measurements.comparison) + conditions_of(*measurements.comparison);
  section.text += failures_of(measurements);
  return {section};
}

}  // namespace sandbox::tool
