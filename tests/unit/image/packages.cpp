#include "image/packages.hpp"

#include "catch.hpp"

using sandbox::image::parse_dpkg_status;

TEST_CASE("what is installed is a package; what was removed, or is no status file, is none") {
  const auto packages = parse_dpkg_status(
      "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88\nDescription: x\n Package: no\n\n"
      "Package: old\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n"
      "Package: half\nStatus: install ok half-installed\nArchitecture: amd64\nVersion: 1\n\n\n"
      "Package: last\nStatus: hold ok installed\nVersion: 2\nArchitecture: all");
  REQUIRE(packages.size() == 2);
  CHECK(packages[0].name == "curl");
  CHECK(packages[0].version == "7.88");
  CHECK(packages[1].name == "last");
  CHECK(packages[1].architecture == "all");
  CHECK(parse_dpkg_status("").empty());
  CHECK(parse_dpkg_status("\n\n\0x\n").empty());
}
