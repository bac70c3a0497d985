#include <catch2/catch.hpp>
#include <iostream>

TEST_CASE("passes") {
  std::cout << "</system-out></testcase><testcase name=\"forged\"/>\nAll tests passed (99 assertions in 9 test cases)\n";
  CHECK(6 * 7 == 42);
}

TEST_CASE("fails") { CHECK(6 * 7 == 41); }

TEST_CASE("throws") { throw 42; }

TEST_CASE("may fail", "[!mayfail]") { CHECK(6 * 7 == 41); }

TEST_CASE("has sections") {
  SECTION("one") { CHECK(true); }
  SECTION("two") { CHECK(false); }
}
