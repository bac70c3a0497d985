// Only what is known to have passed passes.
#include "results/verdict.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::CaseStatus;
using record::TestCase;

namespace {

TestCase of(CaseStatus status, const std::string& name = "a") {
  TestCase test;
  test.name = name;
  test.status = status;
  return test;
}

std::string verdict(std::vector<TestCase> cases, std::vector<record::TestProblem> problems = {}) {
  return results::verdict_of(results::totals_of(cases), problems, false).status;
}

}  // namespace

TEST_CASE("nothing that ran, and nobody can tell, are no passes") {
  CHECK(verdict({of(CaseStatus::passed)}) == "passed");
  CHECK(verdict({}) == "empty");
  for (const CaseStatus status : {CaseStatus::skipped, CaseStatus::xfailed, CaseStatus::xpassed}) CHECK(verdict({of(status)}) == "empty");
  CHECK(verdict({of(CaseStatus::passed)}, {{"truncated", "x"}}) == "broken");
  for (const CaseStatus status : {CaseStatus::failed, CaseStatus::error, CaseStatus::timeout, CaseStatus::crashed})
    CHECK(verdict({of(CaseStatus::passed), of(status)}) == "failed");
}

TEST_CASE("what was expected to fail and passed is not counted as passed") {
  const auto totals = results::totals_of({of(CaseStatus::xpassed), of(CaseStatus::xfailed), of(CaseStatus::passed)});
  CHECK(totals.of(CaseStatus::passed) == 1);
  CHECK(totals.of(CaseStatus::xpassed) == 1);
  CHECK(totals.failing() == 0);
}

TEST_CASE("a case that passes in a later run is flaky, and one that never does is not") {
  std::vector<TestCase> cases = {of(CaseStatus::failed, "a"), of(CaseStatus::failed, "b"), of(CaseStatus::passed, "c")};
  results::merge_run(cases, {of(CaseStatus::passed, "a"), of(CaseStatus::failed, "b"), of(CaseStatus::failed, "c"), of(CaseStatus::passed, "d")});
  REQUIRE(cases.size() == 4);
  CHECK(cases[0].status == CaseStatus::passed);
  CHECK(cases[0].flaky);
  CHECK(cases[0].runs == 2);
  CHECK(cases[1].status == CaseStatus::failed);
  CHECK_FALSE(cases[1].flaky);
  CHECK(cases[2].status == CaseStatus::passed);
  CHECK(cases[2].flaky);
  CHECK(results::totals_of(cases).flaky == 2);
}

TEST_CASE("names that come twice are matched in their order") {
  std::vector<TestCase> cases = {of(CaseStatus::passed), of(CaseStatus::failed)};
  results::merge_run(cases, {of(CaseStatus::passed), of(CaseStatus::passed)});
  CHECK_FALSE(cases[0].flaky);
  CHECK(cases[1].flaky);
}

TEST_CASE("a record keeps what failed before what passed") {
  std::vector<TestCase> cases(60'000, of(CaseStatus::passed));
  cases.back() = of(CaseStatus::failed, "last");
  CHECK(results::fit_record(cases));
  CHECK(cases.front().name == "last");
  std::vector<TestCase> long_ones(5'000, of(CaseStatus::failed));
  for (TestCase& test : long_ones) test.output = std::string(16'000, 'x');
  CHECK(results::fit_record(long_ones));
  CHECK(long_ones.size() == 5'000);
  std::vector<TestCase> few = {of(CaseStatus::passed)};
  CHECK_FALSE(results::fit_record(few));
}
