#include "audit/files.hpp"

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;

TEST_CASE("of a line without an end not all is kept, and what comes after it is read") {
  const TempDir scratch = test::scratch();
  const Path directory = scratch.path();
  replace_file(directory / audit::kLockName, "");
  const std::string endless(3 << 20, '\0');
  replace_file(directory / audit::kCurrentName, "first\n" + endless + "\nlast\nnot finished");
  const auto files = audit::take_files(directory);
  REQUIRE(files.size() == 1);
  audit::Lines lines(files[0], 0, 1000);
  CHECK(lines.next() == "first");
  const auto cut = lines.next();
  REQUIRE(cut);
  CHECK(cut->size() < 1 << 20);
  CHECK(lines.offset() == 6);
  CHECK(lines.next() == "last");
  CHECK(lines.offset() == 6 + endless.size() + 1);
  CHECK_FALSE(lines.next());
  CHECK(lines.rest() == 12);
}
