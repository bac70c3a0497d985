#include "results/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

constexpr std::size_t kMostText = std::size_t{16} << 20;
constexpr std::size_t kMostCases = 50'000;

std::string counted(std::uint64_t count, std::string_view word) { return fmt::format("{} {}", count, word); }

/// "2 failed, 1 timeout"
std::string text_of(const record::TestTotals& totals, std::initializer_list<CaseStatus> statuses) {
  std::string text;
  for (const CaseStatus status : statuses)
    if (const auto count = totals.of(status); count > 0) text += (text.empty() ? "" : ", ") + counted(count, record::name_of(status));
  return text;
}

std::string failing_text(const record::TestTotals& totals) {
  return text_of(totals, {CaseStatus::failed, CaseStatus::error, CaseStatus::timeout, CaseStatus::crashed});
}

std::string others_text(const record::TestTotals& totals) {
  return text_of(totals, {CaseStatus::skipped, CaseStatus::xfailed, CaseStatus::xpassed});
}

std::size_t text_in(const TestCase& test) {
  return test.message.value_or("").size() + test.output.value_or("").size() + test.name.size() + test.suite.size() + 100;
}

std::size_t text_in(const std::vector<TestCase>& cases) {
  std::size_t all = 0;
  for (const TestCase& test : cases) all += text_in(test);
  return all;
}

void drop_texts(std::vector<TestCase>& cases, bool of_failing) {
  for (TestCase& test : cases)
    if (of_failing || !record::is_failing(test.status)) test.output.reset();
}

}  // namespace

record::TestTotals totals_of(const std::vector<TestCase>& cases) {
  record::TestTotals totals;
  totals.cases = cases.size();
  for (const TestCase& test : cases) {
    ++totals.by[std::string(record::name_of(test.status))];
    totals.flaky += test.flaky && test.status == CaseStatus::passed ? 1 : 0;
  }
  return totals;
}

record::TestVerdict verdict_of(const record::TestTotals& totals, const std::vector<record::TestProblem>& problems, bool may_be_empty) {
  if (totals.failing() > 0) return {"failed", failing_text(totals)};
  if (!problems.empty()) return {"broken", fmt::format("{}: {}", problems.front().kind, problems.front().detail)};
  if (totals.of(CaseStatus::passed) == 0 && !may_be_empty)
    return {"empty", totals.cases == 0 ? "no tests ran" : fmt::format("no test passed: {}", others_text(totals))};
  return {"passed", counted(totals.of(CaseStatus::passed), "passed")};
}

void merge_run(std::vector<TestCase>& cases, std::vector<TestCase> later) {
  // Names need not be unique: the nth of a name is the nth of it in the other run.
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> known;
  for (std::size_t i = cases.size(); i-- > 0;) known[{cases[i].suite, cases[i].name}].push_back(i);
  for (TestCase& test : later) {
    std::vector<std::size_t>& places = known[{test.suite, test.name}];
    if (places.empty()) {
      cases.push_back(std::move(test));
      continue;
    }
    TestCase& before = cases[places.back()];
    places.pop_back();
    const int runs = before.runs + 1;
    // A pass is kept when a later run of the whole suite fails it: it is flaky either way.
    const bool differs = record::is_failing(before.status) != record::is_failing(test.status);
    const bool flaky = before.flaky || test.flaky || differs;
    if (record::is_failing(before.status) || !record::is_failing(test.status)) before = std::move(test);
    before.runs = runs;
    before.flaky = flaky;
  }
}

std::vector<TestCase> failing_of(const std::vector<TestCase>& cases) {
  std::vector<TestCase> failing;
  for (const TestCase& test : cases)
    if (record::is_failing(test.status) && failing.size() < 1000) failing.push_back(test);
  return failing;
}

std::vector<TestCase> slowest_of(const std::vector<TestCase>& cases) {
  constexpr std::size_t kShown = 10;
  std::vector<const TestCase*> timed;
  for (const TestCase& test : cases)
    if (test.duration_ms && *test.duration_ms > 0) timed.push_back(&test);
  const std::size_t count = std::min(kShown, timed.size());
  std::ranges::partial_sort(timed, timed.begin() + static_cast<std::ptrdiff_t>(count), std::greater<>{},
                            [](const TestCase* test) { return *test->duration_ms; });
  std::vector<TestCase> slowest;
  for (std::size_t i = 0; i < count; ++i) {
    slowest.push_back(*timed[i]);
    slowest.back().message.reset();
    slowest.back().output.reset();
  }
  return slowest;
}

bool fit_record(std::vector<TestCase>& cases) {
  bool cut = false;
  for (const bool of_failing : {false, true})
    if (text_in(cases) > kMostText) drop_texts(cases, of_failing), cut = true;
  if (cases.size() > kMostCases) {
    std::stable_partition(cases.begin(), cases.end(), [](const TestCase& test) { return record::is_failing(test.status); });
    cases.resize(kMostCases);
    cut = true;
  }
  while (text_in(cases) > kMostText && !cases.empty()) cases.resize(cases.size() / 2), cut = true;
  return cut;
}

}  // namespace sandbox::results
