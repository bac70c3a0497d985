// The lines of our own reporters.
#include "results/case_lines.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using results::read_case_lines;

namespace {

const std::string kBegin = R"({"begin":{"suite":"s","name":"n","file":"f.py"}})" "\n";
const std::string kCase = R"({"suite":"s","name":"n","file":"f.py","line":3,"status":"passed","duration_ms":1.5,"message":null,"output":null})" "\n";

}  // namespace

TEST_CASE("a case that ended is a case") {
  const auto reading = read_case_lines(kBegin + kCase + "{\"end\":1}\n");
  CHECK(statuses(reading) == "passed");
  CHECK(reading.problems().empty());
}

TEST_CASE("a case that began and did not end crashed, and the report is cut") {
  const auto reading = read_case_lines(kBegin);
  CHECK(statuses(reading) == "crashed");
  CHECK(kinds(reading) == "truncated");
  CHECK(reading.cases()[0].file == "f.py");
}

TEST_CASE("counts have to fit, and nothing follows the end") {
  CHECK(kinds(read_case_lines(kCase + "{\"end\":2}\n")) == "truncated");
  CHECK(kinds(read_case_lines(kCase + kCase + "{\"end\":1}\n")) == "contradictory");
  CHECK(kinds(read_case_lines("{\"end\":0}\n" + kCase)) == "contradictory");
  CHECK(kinds(read_case_lines("")) == "truncated");
}

TEST_CASE("lines that are none are said") {
  CHECK(kinds(read_case_lines("[1]\n{\"end\":0}\n")) == "unreadable");
  CHECK(kinds(read_case_lines("{\"suite\":1}\n{\"end\":0}\n")) == "unreadable");
  CHECK(kinds(read_case_lines(std::string(5000, '[') + "\n{\"end\":0}\n")) == "unreadable");
  CHECK(kinds(read_case_lines(R"({"suite":"s","name":"n","status":"great"})" "\n{\"end\":0}\n")) == "unreadable");
}
