#include "life/caches.hpp"

#include "catch.hpp"

using namespace sandbox;
using life::chosen_caches;

TEST_CASE("an image's caches are there unless the caller has taken their name or their place") {
  using Words = std::vector<std::string>;
  const std::map<std::string, std::string> of_image = {{"pip", "/root/.cache"}};
  CHECK(chosen_caches({}, of_image) == Words{"pip:/root/.cache"});
  CHECK(chosen_caches({"npm:/n"}, of_image) == Words{"npm:/n", "pip:/root/.cache"});
  CHECK(chosen_caches({"pip:/elsewhere"}, of_image) == Words{"pip:/elsewhere"});
  CHECK(chosen_caches({"mine:/root/.cache"}, of_image) == Words{"mine:/root/.cache"});
  CHECK(chosen_caches({"a:/x"}, {}) == Words{"a:/x"});
}
