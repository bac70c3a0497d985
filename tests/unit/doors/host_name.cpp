#include "doors/host_name.hpp"

#include "catch.hpp"

using namespace sandbox::doors;

TEST_CASE("a host name has one form") {
  CHECK(host_name("WWW.Example.ORG.") == "www.example.org");
  CHECK(host_name("a_b.x-y.example.org") == "a_b.x-y.example.org");
  CHECK(host_name("mirror") == "mirror");
  CHECK(host_name(std::string(63, 'a') + ".org"));
}

TEST_CASE("what is no host name is none") {
  const std::string label(63, 'a');
  for (const std::string& text :
       {std::string(), std::string("."), std::string("a..b"), std::string(".a"), std::string("a.."), std::string("-a.org"),
        std::string("a-.org"), std::string("a b.org"), std::string("a\0b.org", 7), std::string("grün.org"), std::string("a/b"),
        std::string("*.org"), std::string(64, 'a') + ".org", label + "." + label + "." + label + "." + label + ".org",
        std::string("127.0.0.1"), std::string("127.1"), std::string("2130706433"), std::string("0x7f000001"), std::string("a.0x7f"),
        std::string("[::1]"), std::string("a@b.org"), std::string("a:80")})
    CHECK_FALSE(host_name(text));
}

TEST_CASE("public suffixes are known, those of hosters too") {
  CHECK(is_public_suffix("org"));
  CHECK(is_public_suffix("co.uk"));
  CHECK(is_public_suffix("github.io"));
  CHECK_FALSE(is_public_suffix("example.org"));
  CHECK_FALSE(is_public_suffix("www.example.co.uk"));
}
