// TAP as node and others write it, and as nobody should.
#include "results/tap.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::CaseStatus;
using results::read_tap;
using results::Todo;

TEST_CASE("a suite is no case, and what is in it is") {
  const auto reading = read_tap(sample("node20.tap"), Todo::is_to_be_written);
  CHECK(statuses(reading) == "passed failed skipped skipped passed");
  CHECK(reading.problems().empty());
  const auto& bad = reading.cases()[1];
  CHECK(bad.file == "/src/n/a.test.js");
  CHECK(bad.line == 1);
  CHECK(bad.message == "1 == 2");
  CHECK(bad.duration_ms == Approx(0.659884));
  CHECK(reading.cases()[4].name == "in");
}

TEST_CASE("what was expected to fail and passed is told apart") {
  CHECK(statuses(read_tap("1..4\nok 1 # TODO later\nnot ok 2 # todo\nok 3 # SKIP no\nok 4 - a # b\n")) == "xpassed xfailed skipped passed");
}

TEST_CASE("a plan that is not met is a problem") {
  CHECK(kinds(read_tap("1..3\nok 1\nok 2\n")) == "truncated");
  CHECK(kinds(read_tap("ok 1\nok 2\n")) == "truncated");
  CHECK(kinds(read_tap("1..1\nok 1\nok 2\n")) == "contradictory contradictory");
  CHECK(kinds(read_tap("1..2\nok 1\nok 1\n")) == "contradictory");
  CHECK(kinds(read_tap("1..2\n1..1\nok 1\n")).starts_with("contradictory"));
  CHECK(kinds(read_tap("")) == "truncated");
  CHECK(read_tap("1..0 # SKIP nothing here\n").problems().empty());
}

TEST_CASE("bailing out is no end") {
  const auto reading = read_tap("1..3\nok 1\nBail out! no database\nok 2\nok 3\n");
  CHECK(statuses(reading) == "passed");
  CHECK(kinds(reading) == "crash");
}

TEST_CASE("what looks like a result in a description is text") {
  const auto reading = read_tap("1..1\nnot ok 1 - a\n  ---\n  error: |-\n    ok 2 - b\n    1..5\n    Bail out!\n  ...\n");
  CHECK(statuses(reading) == "failed");
  CHECK(reading.problems().empty());
  CHECK(kinds(read_tap("1..1\nnot ok 1 - a\n  ---\n  error: x\n")) == "truncated");
}

TEST_CASE("what a program prints between the lines counts for nothing") {
  const auto reading = read_tap("TAP version 13\n# ok 1 - fake\nokay 1\n  ok 1\nnot okay\nok1\n1..1\nok 1 - real\n# pass 17\n");
  CHECK(statuses(reading) == "passed");
  CHECK(reading.problems().empty());
}

TEST_CASE("a suite that failed by itself is an error, one whose test failed is not counted twice") {
  CHECK(statuses(read_tap("# Subtest: s\n    ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n")) == "passed error");
  CHECK(statuses(read_tap("# Subtest: s\n    not ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n")) == "failed");
  CHECK(kinds(read_tap("# Subtest: s\n    ok 1 - a\n")).starts_with("truncated"));
}

TEST_CASE("time-outs and files whose process was killed are told apart") {
  CHECK(statuses(read_tap("1..2\nnot ok 1 - a\n  ---\n  failureType: 'testTimeoutFailure'\n  ...\nnot ok 2 - b\n  ---\n  signal: 'SIGKILL'\n  ...\n")) ==
        "timeout crashed");
}

TEST_CASE("numbers and depth are bounded") {
  CHECK_FALSE(read_tap("1..99999999999999999999\nok 1\n").problems().empty());
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += std::string(static_cast<std::size_t>(i) * 4, ' ') + "# Subtest: x\n";
  CHECK(read_tap(deep).has("unreadable"));
  CHECK(kinds(read_tap(std::string(100'000'000, 'x'))) == "unreadable");
}
