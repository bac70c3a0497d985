// What the options of sandbox-bench take, and what they refuse.
#include "options.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::tool;

TEST_CASE("a percentage is a number with or without its sign") {
  CHECK(parse_percent("10%") == Approx(0.1));
  CHECK(parse_percent("2.5") == Approx(0.025));
  CHECK(parse_percent("0") == 0);
  for (const char* wrong : {"", "%", "-1%", "ten", "10%%", "nan", "inf", "1e9"}) CHECK_THROWS_AS(parse_percent(wrong), Error);
}

TEST_CASE("numbers of lives at once are between one and many, each once") {
  CHECK(parse_concurrency("1,2,8,2") == std::vector<std::uint64_t>{1, 2, 8});
  for (const char* wrong : {"", "0", "1,", "257", "-1", "two", "1;2"}) CHECK_THROWS_AS(parse_concurrency(wrong), Error);
}

TEST_CASE("a command has a name and a text") {
  CHECK(parse_command("sort=sort a=b").command == std::vector<std::string>{"sh", "-c", "sort a=b"});
  for (const char* wrong : {"sort", "=sort", "Sort=sort", "a b=sort", "sort=", "-a=b"}) CHECK_THROWS_AS(parse_command(wrong), Error);
}
