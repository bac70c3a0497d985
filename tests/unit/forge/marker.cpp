#include "forge/marker.hpp"

#include <vector>

#include "catch.hpp"

using namespace sandbox::forge;

TEST_CASE("a marker counts on the first line alone, and whole") {
  CHECK(key_of(marker("nightly") + "\ntext") == "nightly");
  CHECK(key_of(marker("nightly") + "\r\ntext") == "nightly");
  CHECK(key_of(marker("a")) == "a");
  for (const std::string& body : std::vector<std::string>{"text\n" + marker("a"), " " + marker("a"), marker("a") + " text", "> " + marker("a"), marker(""), marker("a b"),
                                 std::string("<!-- sandbox-comment:v1 key= -->"), std::string("<!-- sandbox-comment:v1 key=-->"), std::string()})
    CHECK_FALSE(key_of(body).has_value());
}

TEST_CASE("a key is a plain word") {
  CHECK(is_key("default"));
  CHECK(is_key("a.b_c-9"));
  for (const std::string& key : std::vector<std::string>{"", "a b", "a\n", "-->", "ä"}) CHECK_FALSE(is_key(key));
  CHECK_FALSE(is_key(std::string(65, 'a')));
}
