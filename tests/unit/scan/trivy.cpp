#include "scan/trivy.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::scan;

TEST_CASE("what trivy tells of a package is read, and null is no list") {
  const auto found = read_trivy(R"({"SchemaVersion":2,"Results":[
    {"Target":"debian 12","Vulnerabilities":[
      {"VulnerabilityID":"CVE-2026-1","PkgName":"libssl3","InstalledVersion":"3.0.9-1","FixedVersion":"3.0.9-2","Severity":"CRITICAL","Title":"of openssl"},
      {"VulnerabilityID":"CVE-2026-2","PkgName":"libssl3","InstalledVersion":"3.0.9-1","Severity":"UNKNOWN"}]},
    {"Target":"Python","Vulnerabilities":null}, {"Target":"Node.js"}]})");
  REQUIRE(found.size() == 2);
  CHECK(found[0].package == "libssl3");
  CHECK(found[0].version == "3.0.9-1");
  CHECK(found[0].vulnerability.id == "CVE-2026-1");
  CHECK(found[0].vulnerability.summary == "of openssl");
  CHECK(found[0].vulnerability.fixed == "3.0.9-2");
  CHECK(found[0].vulnerability.severity == record::Severity::critical);
  CHECK_FALSE(found[1].vulnerability.fixed);
  CHECK(found[1].vulnerability.severity == record::Severity::medium);
  CHECK(read_trivy(R"({"Results":null})").empty());
}

TEST_CASE("what is no answer of trivy's is refused, never taken for nothing found") {
  for (const char* none : {"", "[]", "{\"Results\":", R"({"Results":7})", R"({"Results":[7]})", R"({"Results":[{"Vulnerabilities":{}}]})",
                           R"({"Results":[{"Vulnerabilities":[{"PkgName":"x"}]}]})", R"({"Results":[{"Vulnerabilities":[7]}]})"})
    CHECK_THROWS_AS(read_trivy(none), Error);
}
