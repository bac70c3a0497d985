#include "scan/osv.hpp"

#include "catch.hpp"
#include "scan/cvss.hpp"

using namespace sandbox;
using namespace sandbox::scan;

namespace {

const OsvName kNpm{{"npm"}, "left", "1.2.3"};

Json record_with(const Json& affected) { return {{"id", "GHSA-aaaa-bbbb-cccc"}, {"modified", "2026-01-01T00:00:00Z"}, {"affected", Json::array({affected})}}; }

Json ranged(const Json& events) {
  return {{"package", {{"ecosystem", "npm"}, {"name", "left"}}}, {"ranges", Json::array({{{"type", "SEMVER"}, {"events", events}}})}};
}

bool has(const Json& osv, const std::string& version) { return vulnerability_of(osv, {{"npm"}, "left", version}, Ecosystem::npm).has_value(); }

}  // namespace

TEST_CASE("a version between the beginning and the fix is affected") {
  const Json osv = record_with(ranged({{{"introduced", "1.0.0"}}, {{"fixed", "1.2.4"}}, {{"introduced", "2.0.0"}}, {{"last_affected", "2.1.0"}}}));
  for (const char* version : {"1.0.0", "1.2.3", "2.0.0", "2.1.0"}) CHECK(has(osv, version));
  for (const char* version : {"0.9.0", "1.0.0-rc.1", "1.2.4", "1.9.9", "2.1.1"}) CHECK_FALSE(has(osv, version));
  CHECK(vulnerability_of(osv, kNpm, Ecosystem::npm)->fixed == "1.2.4");
}

TEST_CASE("from 0 on is from the very first version on, in whatever order the events are") {
  const Json osv = record_with(ranged({{{"fixed", "1.0.0"}}, {{"introduced", "0"}}}));
  CHECK(has(osv, "0.0.0-alpha"));
  CHECK_FALSE(has(osv, "1.0.0"));
}

TEST_CASE("a limit ends a range, and versions can be listed one by one") {
  CHECK_FALSE(has(record_with(ranged({{{"introduced", "0"}}, {{"limit", "1.0.0"}}})), "1.0.0"));
  CHECK(has(record_with(ranged({{{"introduced", "0"}}, {{"limit", "*"}}})), "1.0.0"));
  Json listed = ranged(Json::array());
  listed["versions"] = {"1.2.2", "1.2.3"};
  CHECK(has(record_with(listed), "1.2.3"));
  CHECK_FALSE(has(record_with(listed), "1.2.4"));
}

TEST_CASE("another package, another ecosystem and what was withdrawn are not affected") {
  const Json everything = record_with(ranged(Json::array({{{"introduced", "0"}}})));
  CHECK(vulnerability_of(everything, kNpm, Ecosystem::npm));
  CHECK_FALSE(vulnerability_of(everything, {{"npm"}, "right", "1.2.3"}, Ecosystem::npm));
  CHECK_FALSE(vulnerability_of(everything, {{"PyPI"}, "left", "1.2.3"}, Ecosystem::pypi));
  Json withdrawn = everything;
  withdrawn["withdrawn"] = "2026-02-01T00:00:00Z";
  CHECK_FALSE(vulnerability_of(withdrawn, kNpm, Ecosystem::npm));
}

TEST_CASE("a package of Debian is known by its source and its release") {
  const Package package{Ecosystem::deb, "libc6", "2.36-9+deb12u3+b1", "amd64", "glibc", "2.36-9+deb12u3", ""};
  const OsvName name = osv_name(package, {"debian", "12"});
  CHECK(name.ecosystems.front() == "Debian:12");
  Json affected = {{"package", {{"ecosystem", "Debian:12"}, {"name", "glibc"}}},
                   {"ranges", Json::array({{{"type", "ECOSYSTEM"}, {"events", {{{"introduced", "0"}}, {{"fixed", "2.36-9+deb12u4"}}}}}})}};
  CHECK(vulnerability_of(record_with(affected), name, Ecosystem::deb)->fixed == "2.36-9+deb12u4");
  affected["package"]["ecosystem"] = "Debian:11";
  CHECK_FALSE(vulnerability_of(record_with(affected), name, Ecosystem::deb));
}

TEST_CASE("it is called by its CVE and weighed by what its publisher says, then by its score") {
  Json osv = record_with(ranged(Json::array({{{"introduced", "0"}}})));
  CHECK(vulnerability_of(osv, kNpm, Ecosystem::npm)->severity == record::Severity::medium);
  osv["aliases"] = {"CVE-2026-1"};
  osv["severity"] = Json::array({{{"type", "CVSS_V3"}, {"score", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}});
  CHECK(vulnerability_of(osv, kNpm, Ecosystem::npm)->id == "CVE-2026-1");
  CHECK(vulnerability_of(osv, kNpm, Ecosystem::npm)->severity == record::Severity::critical);
  osv["database_specific"] = {{"severity", "MODERATE"}};
  CHECK(vulnerability_of(osv, kNpm, Ecosystem::npm)->severity == record::Severity::medium);
}

TEST_CASE("scores are those of the specification's examples") {
  CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H") == 9.8);
  CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H") == 10.0);
  CHECK(cvss3_score("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N") == 6.1);
  CHECK(cvss3_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:P/RL:O") == 7.5);
  CHECK(cvss3_score("CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:N/I:N/A:N") == 0.0);
  for (const char* none : {"", "CVSS:4.0/AV:N", "CVSS:3.1/AV:N/AC:L", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}) CHECK_FALSE(cvss3_score(none));
}

TEST_CASE("a record that is no record says nothing") {
  for (const char* text : {"null", "[]", "7", "\"x\"", "{}", R"({"affected": 7})", R"({"affected": [7, null, {"package": []}]})",
                           R"({"affected": [{"package": {"ecosystem": "npm", "name": "left"}, "ranges": [{"type": 7, "events": [7, {"introduced": 7}]}], "versions": "1.2.3x"}]})"})
    CHECK_FALSE(vulnerability_of(Json::parse(text), kNpm, Ecosystem::npm));
}
