// jest and vitest.
#include "results/jest_json.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::CaseStatus;
using results::read_jest_json;

TEST_CASE("the assertions of jest and vitest are cases") {
  const auto jest = read_jest_json(sample("jest30.json"), "/src/");
  CHECK(statuses(jest) == "passed failed skipped skipped");
  CHECK(jest.problems().empty());
  CHECK(jest.cases()[1].file == "j/a.test.js");
  CHECK(contains(*jest.cases()[1].message, "Expected: 2"));
  const auto vitest = read_jest_json(sample("vitest3.json"));
  CHECK(statuses(vitest) == "passed failed skipped skipped");
  CHECK(vitest.problems().empty());
}

TEST_CASE("a file that could not be loaded is an error, not nothing") {
  const auto reading = read_jest_json(R"({"numTotalTests":0,"numFailedTests":0,"success":false,"testResults":[{"name":"a","status":"failed","message":"no module","assertionResults":[]}]})");
  CHECK(statuses(reading) == "error");
}

TEST_CASE("an answer that does not fit the cases is not believed") {
  const std::string one = R"("testResults":[{"name":"a","status":"passed","assertionResults":[{"title":"t","status":"passed"}]}])";
  CHECK(read_jest_json("{\"numTotalTests\":1,\"success\":true," + one + "}").problems().empty());
  CHECK(kinds(read_jest_json("{\"numTotalTests\":1,\"success\":false," + one + "}")) == "exit");
  CHECK(kinds(read_jest_json("{\"numTotalTests\":3,\"success\":true," + one + "}")) == "truncated");
  CHECK(kinds(read_jest_json("{\"numTotalTests\":1,\"numFailedTests\":1,\"success\":true," + one + "}")) == "contradictory");
  CHECK(kinds(read_jest_json("{\"wasInterrupted\":true,\"success\":true," + one + "}")) == "truncated");
}

TEST_CASE("an unknown status is no pass, and a time-out is told") {
  const auto reading = read_jest_json(R"({"testResults":[{"assertionResults":[{"title":"a","status":"wonderful"},)"
                                      R"({"title":"b","status":"failed","failureMessages":["Exceeded timeout of 5 ms"]},)"
                                      R"({"title":"c","status":"failed","failureMessages":["Error: STACK_TRACE_ERROR\n    at task"]}]}]})");
  CHECK(statuses(reading) == "error timeout timeout");
}

TEST_CASE("what is no report of jest is said, and nothing is large") {
  CHECK(kinds(read_jest_json("")) == "truncated");
  CHECK(kinds(read_jest_json("{}")) == "unreadable");
  CHECK(kinds(read_jest_json("[[[")) == "truncated");
  const std::string whole = sample("jest30.json");
  CHECK_FALSE(read_jest_json(whole.substr(0, whole.size() / 2)).problems().empty());
  CHECK(kinds(read_jest_json(std::string(100'000'000, '['))) == "unreadable");
  CHECK(kinds(read_jest_json(std::string(20'000'000, '['))) == "unreadable");
  CHECK_FALSE(read_jest_json(std::string(50'000, '[')).problems().empty());
}
