// JUnit XML: what runners really write, and what a hostile one might.
#include "results/junit_read.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "catch.hpp"
#include "results/junit_write.hpp"
#include "results/verdict.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::CaseStatus;
using results::read_junit;

TEST_CASE("the leaves of pytest's file are counted, with file and line") {
  const auto reading = read_junit(sample("pytest7-xunit1.xml"));
  CHECK(statuses(reading) == "passed failed skipped xfailed passed error passed passed");
  CHECK(reading.problems().empty());
  const auto& bad = reading.cases()[1];
  CHECK(bad.suite == "p.test_a");
  CHECK(bad.name == "test_bad");
  CHECK(bad.file == "p/test_a.py");
  CHECK(bad.line == 3);
  CHECK(bad.message == "assert 1 == 2");
  CHECK(statuses(read_junit(sample("pytest7-xunit2.xml"))) == statuses(reading));
}

TEST_CASE("nested suites are walked, and their totals are not added") {
  const auto reading = read_junit(sample("phpunit9.xml"));
  CHECK(statuses(reading) == "passed failed skipped skipped error passed passed error");
  CHECK(reading.problems().empty());
}

TEST_CASE("every dialect has its own word for what did not run") {
  CHECK(statuses(read_junit(sample("ctest3.25.xml"))) == "passed failed skipped skipped failed");
  CHECK(statuses(read_junit(sample("node20.xml"))) == "passed failed skipped skipped passed");
  CHECK(statuses(read_junit(sample("vitest3.xml"))) == "passed failed skipped skipped");
  CHECK(statuses(read_junit(sample("mocha11-xunit.xml"))) == "passed failed skipped skipped");
}

TEST_CASE("a failure that Catch2 was told to expect is neither failed nor passed") {
  CHECK(statuses(read_junit(sample("catch2v2.xml"))) == "passed failed xfailed");
}

TEST_CASE("totals that fit nothing are a problem, whoever is flattered by them") {
  const auto more = read_junit("<testsuite tests='3'><testcase name='a'/></testsuite>");
  CHECK(kinds(more) == "truncated");
  const auto fewer = read_junit("<testsuite tests='1'><testcase name='a'/><testcase name='b'/></testsuite>");
  CHECK(kinds(fewer) == "contradictory");
  const auto hidden = read_junit("<testsuite tests='1' failures='2' errors='0'><testcase name='a'/></testsuite>");
  CHECK(kinds(hidden) == "contradictory");
  CHECK(results::verdict_of(results::totals_of(hidden.cases()), hidden.problems(), false).status == "broken");
}

TEST_CASE("a file that was cut off keeps what it has and says so") {
  const std::string whole = sample("pytest7-xunit1.xml");
  for (std::size_t size = 0; size < whole.size() - 1; size += 37) {
    const auto reading = read_junit(whole.substr(0, size));
    INFO(size);
    CHECK_FALSE(reading.problems().empty());
  }
}

TEST_CASE("what looks like a result in the output of a test is text") {
  const auto reading = read_junit("<testsuite><testcase name='a'><failure message='no'>&lt;testcase name=\"b\"/&gt;</failure>"
                                  "<system-out><![CDATA[<testcase name='c'/> 5 passed]]></system-out></testcase></testsuite>");
  CHECK(statuses(reading) == "failed");
}

TEST_CASE("entities, depth and size are bounded") {
  const auto bomb = read_junit("<!DOCTYPE t [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><testsuite>"
                               "<testcase name='&b;&b;&b;'/></testsuite>");
  REQUIRE(bomb.cases().size() == 1);
  CHECK(bomb.cases()[0].name == "&b;&b;&b;");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<testsuite>";
  CHECK_FALSE(read_junit(deep).problems().empty());
  for (int i = 0; i < 100'000; ++i) deep += "</testsuite>";
  CHECK(kinds(read_junit(deep)) == "unreadable");
  CHECK(kinds(read_junit(std::string(100'000'000, ' '))) == "unreadable");
  std::string many = "<testsuite>";
  while (many.size() < 30'000'000) many += "<a/><a/><a/><a/>";
  CHECK(kinds(read_junit(many)) == "unreadable");
}

TEST_CASE("what is no report is none") {
  CHECK(kinds(read_junit("")) == "truncated");
  CHECK(kinds(read_junit("no XML")) == "truncated");
  CHECK(kinds(read_junit("<html/>")) == "unreadable");
  CHECK(kinds(read_junit("<testsuites/><testsuites/>")) == "contradictory");
}

TEST_CASE("what is written can be read again, whatever the names are") {
  record::Report report;
  report.runner = "pytest";
  for (const auto& [name, status] : {std::pair{"a<b>&\"'", CaseStatus::failed}, std::pair{"twice", CaseStatus::passed},
                                     std::pair{"twice", CaseStatus::skipped}, std::pair{"\x1b[31m\x01", CaseStatus::timeout}}) {
    record::TestCase test;
    test.suite = "s";
    test.name = name;
    test.status = status;
    test.message = "line one\nline ]]> two";
    test.output = std::string("\xff\xfe\0 \xef\xbf\xbf", 7);
    report.cases.push_back(test);
  }
  report.totals = results::totals_of(report.cases);
  const auto again = read_junit(results::junit_of(report));
  CHECK(again.problems().empty());
  REQUIRE(again.cases().size() == 4);
  CHECK(again.cases()[0].name == "a<b>&\"'");
  CHECK(again.cases()[0].status == CaseStatus::failed);
  CHECK(again.cases()[2].name == "twice (2)");
  CHECK(again.cases()[3].status == CaseStatus::error);
}

TEST_CASE("a report that is not to be believed does not look whole in XML either") {
  record::Report report;
  report.problems.push_back({"truncated", "it ends before its end"});
  const auto again = read_junit(results::junit_of(report));
  CHECK(statuses(again) == "error");
}
