// mocha.
#include "results/mocha_json.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using results::read_mocha_json;

TEST_CASE("each list of mocha's has cases") {
  const auto reading = read_mocha_json(sample("mocha11.json"), "/src/");
  CHECK(statuses(reading) == "passed skipped skipped failed");
  CHECK(reading.problems().empty());
  CHECK(reading.cases()[3].suite == "s");
  CHECK(reading.cases()[3].file == "m/a.js");
  CHECK(reading.cases()[3].message == "1 == 2");
}

TEST_CASE("a hook that fails is an error, a time-out is one, a list that does not fit is said") {
  const auto hook = read_mocha_json(R"({"stats":{"tests":0},"tests":[],"passes":[],"pending":[],"failures":[{"title":"\"before all\" hook in \"s\"","err":{"message":"x"}}]})");
  CHECK(statuses(hook) == "error");
  CHECK(hook.problems().empty());
  const auto late = read_mocha_json(R"({"tests":[{}],"passes":[],"pending":[],"failures":[{"title":"t","err":{"code":"ERR_MOCHA_TIMEOUT"}}]})");
  CHECK(statuses(late) == "timeout");
  const auto less = read_mocha_json(R"({"stats":{"tests":2,"passes":1},"tests":[{},{}],"passes":[{"title":"t"}],"pending":[],"failures":[]})");
  CHECK(kinds(less) == "contradictory");
}
