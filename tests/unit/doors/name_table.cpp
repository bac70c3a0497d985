#include "doors/name_table.hpp"

#include "catch.hpp"

using namespace sandbox::doors;

TEST_CASE("a name keeps its address") {
  NameTable names;
  const std::uint32_t address = names.address_of("example.org");
  CHECK(address == kFirst);
  CHECK(names.address_of("www.example.org") != address);
  CHECK(names.address_of("example.org") == address);
  CHECK(names.name_of(address) == "example.org");
  CHECK_FALSE(names.name_of(address + 2));
  CHECK_FALSE(names.name_of(kOwn));
}

TEST_CASE("however many names are asked for, few are kept, and the used ones stay") {
  NameTable names;
  const std::uint32_t used = names.address_of("used.example.org");
  std::uint32_t last = 0;
  for (int i = 0; i < 140'000; ++i) {
    last = names.address_of("n" + std::to_string(i) + ".example.org");
    if (i % 1000 == 0) REQUIRE(names.name_of(used) == "used.example.org");
    if (last < kFirst || last > kLast) FAIL("outside of the block");
  }
  CHECK(names.size() == NameTable::kMost);
  CHECK(names.address_of("used.example.org") == used);
  CHECK(names.name_of(last) == "n139999.example.org");
}
