// tests.yaml.
#include "results/test_file.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

results::TestFile parse(const std::string& text) { return results::parse_test_file(text, "/r/tests.yaml"); }

}  // namespace

TEST_CASE("a file of test cases says what is run and what is expected") {
  const auto file = parse(R"(timeout: 5s
cases:
  - name: adds
    command: echo $((40 + 2))
    stdin: "in"
    files: {a/b.txt: "content"}
    env: {A: b}
    expect: {status: 3, stdout: {contains: ["4", "2"], matches: "^4"}, stderr: ""}
  - {name: lists, commands: [ls, "false"], timeout: 1m, skip: "not yet"}
  - {name: words, command: [printf, "%s", x]}
)");
  REQUIRE(file.cases.size() == 3);
  const auto& adds = file.cases[0];
  CHECK(adds.line == 3);
  CHECK(adds.argv == std::vector<std::string>{"/bin/sh", "-c", "echo $((40 + 2))"});
  CHECK(adds.input == "in");
  CHECK(adds.files.at("a/b.txt") == "content");
  CHECK(adds.timeout == std::chrono::seconds(5));
  CHECK(adds.expected.status == 3);
  CHECK(adds.expected.out.size() == 3);
  CHECK(adds.expected.err.size() == 1);
  CHECK(file.cases[1].argv[2] == "set -e\nls\nfalse\n");
  CHECK(file.cases[1].timeout == std::chrono::minutes(1));
  CHECK(file.cases[1].skip == "not yet");
  CHECK(file.cases[2].argv == std::vector<std::string>{"printf", "%s", "x"});
}

TEST_CASE("what a test case cannot mean is refused with its place") {
  CHECK(refuses([] { parse("{}"); }, "no 'cases'"));
  CHECK(refuses([] { parse("cases: []"); }, "no 'cases'"));
  CHECK(refuses([] { parse("cases: [{command: x}]"); }, "'name'"));
  CHECK(refuses([] { parse("cases: [{name: a}]"); }, "/r/tests.yaml:1:9: the case 'a' needs"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x}, {name: a, command: x}]"); }, "two cases"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, comand: y}]"); }, "comand"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, commands: [y]}]"); }, "exclude"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, files: {../b: c}}]"); }, "../b"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, files: {/b: c}}]"); }, "'/b'"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, files: {b: {from: ../../etc/passwd}}}]"); }, "leaves"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, expect: {stdout: {matches: \"(\"}}}]"); }, "regular expression"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, expect: {stdout: {contains: \"\"}}}]"); }, "in everything"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, expect: {status: 256}}]"); }, "0 to 255"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, expect: {stdout: 42}}]"); }, "in quotes"));
  CHECK(refuses([] { parse("cases: [{name: a, command: x, timeout: 0s}]"); }, "duration"));
}
