// Coverage is counted, not believed.
#include "results/coverage.hpp"

#include "catch.hpp"

using namespace sandbox;
using results::read_coverage;

TEST_CASE("lines of cobertura are counted once") {
  const auto coverage = read_coverage("<?xml version='1.0'?><coverage lines-valid='900' lines-covered='900'><packages><package><classes><class>"
                                      "<methods><method><lines><line number='1' hits='1'/></lines></method></methods>"
                                      "<lines><line number='1' hits='1'/><line number='2' hits='0'/></lines></class></classes></package></packages></coverage>");
  REQUIRE(coverage);
  CHECK(coverage->format == "cobertura");
  CHECK(coverage->lines == 2);
  CHECK(coverage->covered == 1);
}

TEST_CASE("lcov and Go are counted") {
  const auto lcov = read_coverage("TN:\nSF:a.js\nDA:1,5\nDA:2,0\nDA:3,1,hash\nLF:99\nLH:99\nend_of_record\n");
  REQUIRE(lcov);
  CHECK(lcov->lines == 3);
  CHECK(lcov->covered == 2);
  const auto go = read_coverage("mode: set\na.go:1.1,2.2 3 0\na.go:4.1,5.2 2 1\na.go:1.1,2.2 3 1\n");
  REQUIRE(go);
  CHECK(go->lines == 5);
  CHECK(go->covered == 5);
}

TEST_CASE("what is none of them is nothing") {
  CHECK_FALSE(read_coverage(""));
  CHECK_FALSE(read_coverage("100% covered"));
  CHECK_FALSE(read_coverage("<coverage/>"));
  CHECK_FALSE(read_coverage("TN:\nDA:x,y\n"));
}
