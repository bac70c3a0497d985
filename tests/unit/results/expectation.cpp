// What a test case expects.
#include "results/expectation.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::CaseStatus;
using results::Expectation;
using results::TextRule;
using Kind = TextRule::Kind;

namespace {

record::CommandOutcome outcome(const std::string& out, int exit = 0) {
  record::CommandOutcome outcome;
  outcome.verdict = {record::Status::finished, record::Reason::exit, exit, {}, {}};
  outcome.out.kept = out;
  return outcome;
}

record::TestCase judged(const Expectation& expected, const record::CommandOutcome& outcome) {
  record::TestCase test;
  results::judge(expected, outcome, test);
  return test;
}

CaseStatus status(TextRule rule, const std::string& out) { return judged({0, {std::move(rule)}, {}}, outcome(out)).status; }

}  // namespace

TEST_CASE("output is compared exactly but for one newline at its end") {
  CHECK(status({Kind::exact, "42"}, "42\n") == CaseStatus::passed);
  CHECK(status({Kind::exact, "42\n"}, "42") == CaseStatus::passed);
  CHECK(status({Kind::exact, "42"}, "42\n\n") == CaseStatus::failed);
  CHECK(status({Kind::exact, ""}, " ") == CaseStatus::failed);
  CHECK(status({Kind::contains, "4"}, "142") == CaseStatus::passed);
  CHECK(status({Kind::contains, "5"}, "142") == CaseStatus::failed);
  CHECK(status({Kind::matches, "^b+$"}, "a\nbbb\nc") == CaseStatus::passed);
  CHECK(status({Kind::matches, "^b+$"}, "abbb") == CaseStatus::failed);
  CHECK(status({Kind::matches, "x\xff"}, "x\xff") == CaseStatus::passed);
}

TEST_CASE("an expression that would take others for ever takes no time") {
  CHECK(status({Kind::matches, "(a*)*b"}, std::string(100'000, 'a')) == CaseStatus::failed);
  CHECK_FALSE(results::objection_to({Kind::matches, "("}).empty());
  CHECK_FALSE(results::objection_to({Kind::matches, "(a{1000}){1000}"}).empty());
  CHECK(results::objection_to({Kind::contains, "("}).empty());
}

TEST_CASE("what was cut off is not exactly anything") {
  auto cut = outcome("42");
  cut.out.truncated = true;
  CHECK(judged({0, {{Kind::exact, "42"}}, {}}, cut).status == CaseStatus::failed);
}

TEST_CASE("the status counts, and how a command ended is told apart") {
  CHECK(judged({3, {}, {}}, outcome("", 3)).status == CaseStatus::passed);
  CHECK(judged({}, outcome("", 3)).message == "status 3, expected 0");
  auto late = outcome("");
  late.verdict = {record::Status::killed, record::Reason::timeout, {}, 9, {}};
  CHECK(judged({}, late).status == CaseStatus::timeout);
  late.verdict.reason = record::Reason::signal;
  CHECK(judged({}, late).status == CaseStatus::crashed);
  late.verdict = {record::Status::failed, record::Reason::setup, 127, {}, "no such program"};
  CHECK(judged({127, {}, {}}, late).status == CaseStatus::error);
}
