#include "record/fields.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::field;
using record::field_if;

TEST_CASE("a missing field and a wrong type are named") {
  const Json object = {{"count", 1}, {"name", "x"}, {"none", nullptr}};
  CHECK(field<int>(object, "count") == 1);
  CHECK(refuses([&] { field<int>(object, "absent"); }, "lacks 'absent'"));
  CHECK(refuses([&] { field<int>(object, "name"); }, "'name' has the wrong type"));
  CHECK(refuses([&] { field<std::string>(object, "count"); }, "'count' has the wrong type"));
  CHECK(refuses([&] { field<int>(object, "none"); }, "'none' has the wrong type"));
  CHECK(refuses([&] { field<int>(Json::array(), "count"); }, "lacks 'count'"));
}

TEST_CASE("a number that its field cannot hold is refused, not bent") {
  const auto holds = [](const Json& value, auto type) {
    using T = decltype(type);
    try {
      return Json(field<T>(Json{{"n", value}}, "n")) == value;
    } catch (const Error&) {
      return false;
    }
  };
  CHECK(holds(-1, int{}));
  CHECK(holds(std::uint64_t{1} << 63, std::uint64_t{}));
  CHECK(holds(1.5, double{}));
  CHECK_FALSE(holds(-1, std::uint64_t{}));
  CHECK_FALSE(holds(1.5, int{}));
  CHECK_FALSE(holds(std::int64_t{1} << 40, int{}));
  CHECK_FALSE(holds(true, int{}));
  CHECK_FALSE(holds(1, bool{}));
  CHECK_FALSE(holds("1", double{}));
}

TEST_CASE("absent and null are the same nothing") {
  CHECK_FALSE(field_if<int>({{"n", nullptr}}, "n"));
  CHECK_FALSE(field_if<int>(Json::object(), "n"));
  CHECK(refuses([] { field_if<int>({{"n", "x"}}, "n"); }, "wrong type"));
}
