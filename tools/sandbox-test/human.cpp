#include "human.hpp"

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

namespace {

using record::CaseStatus;

constexpr std::size_t kShown = 50;
constexpr std::size_t kShownLines = 30;

std::string indented(std::string_view text) {
  std::string out;
  std::size_t lines = 0;
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string_view line : split(text, '\n')) {
    if (++lines > kShownLines) return out + "      …\n";
    out += "      " + visible(line) + "\n";
  }
  return out;
}

std::string name_of(const record::TestCase& test) {
  return test.suite.empty() ? visible(test.name) : fmt::format("{}: {}", visible(test.suite), visible(test.name));
}

std::string place_of(const record::TestCase& test) {
  if (!test.file) return {};
  return test.line ? fmt::format(" ({}:{})", visible(*test.file), *test.line) : fmt::format(" ({})", visible(*test.file));
}

std::string took(double milliseconds) { return duration_text(std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds))); }

std::string failing(const record::Report& report) {
  std::string text;
  std::size_t shown = 0;
  for (const record::TestCase& test : report.cases) {
    if (!record::is_failing(test.status)) continue;
    if (++shown > kShown) return text + "  …\n";
    text += fmt::format("  {:<8}{}{}\n", record::name_of(test.status), name_of(test), place_of(test));
    if (test.message) text += indented(*test.message);
    if (test.output && test.output != test.message) text += indented(*test.output);
  }
  return text;
}

std::string totals_line(const record::TestTotals& totals) {
  std::string text;
  for (const std::string_view status : record::kCaseStatuses)
    if (const auto count = totals.by.find(std::string(status)); count != totals.by.end() && count->second > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count->second, status);
  if (totals.flaky > 0) text += fmt::format(" ({} flaky)", totals.flaky);
  return text.empty() ? "no cases" : text;
}

std::string slowest(const record::Report& report) {
  if (report.cases.size() < 5 || report.slowest.empty()) return {};
  std::string text = "slowest:\n";
  for (std::size_t i = 0; i < report.slowest.size() && i < 3; ++i)
    text += fmt::format("  {:<8}{}\n", took(report.slowest[i].duration_ms.value_or(0)), name_of(report.slowest[i]));
  return text;
}

}  // namespace

std::string human(const record::Report& report) {
  std::string text = failing(report);
  for (const record::TestCase& test : report.cases)
    if (test.flaky && test.status == CaseStatus::passed) text += fmt::format("  flaky   {}: passed in {} runs\n", name_of(test), test.runs);
  for (const record::TestProblem& problem : report.problems) text += fmt::format("  {}: {}\n", problem.kind, visible(problem.detail));
  text += slowest(report);
  if (report.coverage)
    text += fmt::format("coverage: {:.1f}% of {} lines\n", 100.0 * static_cast<double>(report.coverage->covered) / static_cast<double>(report.coverage->lines), report.coverage->lines);
  if (report.attempts.size() > 1) text += fmt::format("{} attempts\n", report.attempts.size());
  return text + fmt::format("{}: {}{}\n", report.verdict.status, totals_line(report.totals),
                            report.verdict.status == "passed" || report.verdict.status == "failed" ? "" : "  (" + visible(report.verdict.detail) + ")");
}

}  // namespace sandbox::tool
