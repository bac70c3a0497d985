// SARIF and code quality: their shape, and that hostile text stays text.
#include "catch.hpp"
#include "recipes.hpp"
#include "scan/code_quality.hpp"
#include "scan/rule.hpp"
#include "scan/sarif.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

record::Findings some() {
  record::Findings findings = scanned(sound("steps:\n  - run: curl x | sh\n  - run: pip install x  # sandbox-scan: allow unlocked-install ours\n"));
  findings.findings[0].path = "a b/\xff\x1b[2J#?.yaml";
  findings.findings[0].message = "\x1b]0;x\x07 \xff";
  return findings;
}

Json parsed(const std::string& text) { return record::parse(text, "report"); }

}  // namespace

TEST_CASE("SARIF has every rule, and every finding points to its own") {
  const std::vector all = {some()};
  const Json run = parsed(scan::sarif(all))["runs"][0];
  const Json& described = run["tool"]["driver"]["rules"];
  CHECK(described.size() == scan::rules().size());
  REQUIRE(run["results"].size() == 2);
  for (const Json& result : run["results"]) {
    CHECK(described[result["ruleIndex"].get<std::size_t>()]["id"] == result["ruleId"]);
    CHECK(result["partialFingerprints"]["primaryLocationLineHash"].get<std::string>().size() == 16);
  }
  CHECK(run["results"][0]["level"] == "error");
  CHECK_FALSE(run["results"][0].contains("suppressions"));
  CHECK(run["results"][1]["suppressions"][0]["justification"] == "ours");
  CHECK(run["automationDetails"]["id"] == "sandbox-scan/");
}

TEST_CASE("whatever a path or a message holds, a report is text") {
  const std::vector all = {some()};
  const Json result = parsed(scan::sarif(all))["runs"][0]["results"][0];
  CHECK(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%FF%1B%5B2J%23%3F.yaml");
  CHECK(result["message"]["text"] == "\\x1b]0;x\\x07 \\xff");
  CHECK(parsed(scan::code_quality(all))[0]["description"] == "\\x1b]0;x\\x07 \\xff");
}

TEST_CASE("paths inside an image are relative to it") {
  record::Findings image = some();
  image.kind = "image";
  image.findings[0].path = "/usr/bin/su";
  const std::vector all = {image};
  const Json place = parsed(scan::sarif(all))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
  CHECK(place["uri"] == "usr/bin/su");
  CHECK(place["uriBaseId"] == "IMAGE");
}

TEST_CASE("GitLab is told what is not allowed, with words it knows") {
  const std::vector all = {some()};
  const Json report = parsed(scan::code_quality(all));
  REQUIRE(report.size() == 1);
  CHECK(report[0]["check_name"] == "pipe-to-shell");
  CHECK(report[0]["severity"] == "critical");
  CHECK(report[0]["location"]["lines"]["begin"] == 7);
}

TEST_CASE("nothing found is a report, too") {
  const std::vector all = {scanned(sound())};
  CHECK(parsed(scan::sarif(all))["runs"][0]["results"].empty());
  CHECK(scan::code_quality(all) == "[]\n");
}
