// go test -json.
#include "results/go_json.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using results::read_go_json;

namespace {

std::string event(const std::string& action, const std::string& test = {}, const std::string& output = {}) {
  Json json = {{"Action", action}, {"Package", "p"}};
  if (!test.empty()) json["Test"] = test;
  if (!output.empty()) json["Output"] = output;
  return json.dump() + "\n";
}

}  // namespace

TEST_CASE("leaves of go's tests are counted, and a parent only for what is its own") {
  const auto reading = read_go_json(event("run", "A") + event("run", "A/x") + event("run", "A/y") + event("pass", "A/x") + event("fail", "A/y") +
                                    event("fail", "A") + event("run", "B") + event("skip", "B") + event("run", "C") + event("run", "C/z") +
                                    event("pass", "C/z") + event("fail", "C") + event("fail"));
  CHECK(statuses(reading) == "passed failed skipped failed passed");
  CHECK(reading.problems().empty());
}

TEST_CASE("a test that began and has no end crashed, or ran out of time") {
  const auto crash = read_go_json(event("run", "A") + event("output", "A", "panic: boom\n") + event("fail"));
  CHECK(statuses(crash) == "crashed");
  const auto late = read_go_json(event("run", "A") + event("output", "A", "panic: test timed out after 1s\n") + event("fail"));
  CHECK(statuses(late) == "timeout");
  const auto liar = read_go_json(event("run", "A") + event("pass"));
  CHECK(statuses(liar) == "crashed");
  CHECK(kinds(liar) == "contradictory");
}

TEST_CASE("a package can fail by itself") {
  CHECK(kinds(read_go_json(event("output", "", "FAIL p [build failed]\n") + event("fail"))) == "build");
  CHECK(kinds(read_go_json(event("pass") + "FAIL\texample.org/p [build failed]\n")) == "build");
  CHECK(kinds(read_go_json(event("pass") + "FAIL\texample.org/p [setup failed]\n")) == "build");
  CHECK(kinds(read_go_json(event("pass") + "FAIL example.org/p [build failed]\n")) == "unreadable");
  CHECK(kinds(read_go_json(event("run", "A") + event("pass", "A") + event("fail"))) == "exit");
  CHECK(kinds(read_go_json(event("run", "A") + event("pass", "A"))) == "truncated");
}

TEST_CASE("who ends twice with two results is not believed") {
  const auto reading = read_go_json(event("run", "A") + event("fail", "A") + event("pass", "A") + event("fail"));
  CHECK(statuses(reading) == "failed");
  CHECK(kinds(reading) == "contradictory");
  CHECK(read_go_json(event("run", "A") + event("pass", "A") + event("run", "A") + event("pass", "A") + event("pass")).problems().empty());
}

TEST_CASE("lines that are no events are said") {
  CHECK(kinds(read_go_json("")) == "truncated");
  CHECK(kinds(read_go_json("--- PASS: A\n" + event("pass"))) == "unreadable");
  CHECK(kinds(read_go_json(event("pass") + "{\"Action\":\"pa")) == "truncated");
  CHECK(kinds(read_go_json(event("pass") + std::string(200, '[') + "\n")) == "unreadable");
  CHECK(kinds(read_go_json("[]\n")).starts_with("unreadable"));
}
