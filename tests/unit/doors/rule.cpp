#include "doors/rule.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::doors;
using namespace sandbox::test;

namespace {

Rules rules_of(std::initializer_list<const char*> texts) {
  Rules rules;
  for (const char* text : texts) rules.rules.push_back(parse_rule(text));
  return rules;
}

}  // namespace

TEST_CASE("a rule reads as it was written") {
  for (const char* text : {"example.org", "example.org:80", "example.org:80,8080", "example.org:443/raw", "*.example.org",
                           "*.a.example.org:22,443", "open", "example.org:80/raw", "example.org/ech", "*.example.org:80,443/ech",
                           "sandbox:db:5432", "sandbox:sb-a2:80,3000"})
    CHECK(rule_text(parse_rule(text)) == text);
  CHECK(rule_text(parse_rule("Example.ORG:443")) == "example.org");
  CHECK(rule_text(parse_rule("example.org:443/ech")) == "example.org/ech");
  CHECK(rule_text(parse_rule("example.org:8080,80,80")) == "example.org:80,8080");
}

TEST_CASE("a rule that could be misunderstood is refused") {
  CHECK(refuses([] { parse_rule("sandbox:db"); }, "a port that it publishes"));
  CHECK(refuses([] { parse_rule("sandbox:Db_1:80"); }, "no name that can be looked up"));
  CHECK(refuses([] { parse_rule("sandbox:db:801"); }, "belongs to the doors"));
  CHECK(refuses([] { parse_rule(""); }, "not a host name"));
  CHECK(refuses([] { parse_rule("https://example.org"); }, "not a port"));
  CHECK(refuses([] { parse_rule("example.org/path"); }, "not a host name"));
  CHECK(refuses([] { parse_rule("example.org/raw"); }, "needs a port"));
  CHECK(refuses([] { parse_rule("example.org:80/ech"); }, "about TLS"));
  CHECK(refuses([] { parse_rule("example.org/ech/raw"); }, "needs a port"));
  CHECK(refuses([] { parse_rule("example.org:443/raw/ech"); }, "not a port"));
  CHECK(refuses([] { parse_rule("*"); }, "not a host name"));
  CHECK(refuses([] { parse_rule("a.*.example.org"); }, "not a host name"));
  CHECK(refuses([] { parse_rule("*.org"); }, "anybody"));
  CHECK(refuses([] { parse_rule("*.github.io"); }, "anybody"));
  CHECK(refuses([] { parse_rule("192.0.2.1"); }, "an address is no name"));
  CHECK(refuses([] { parse_rule("192.0.2.1:80"); }, "an address is no name"));
  CHECK(refuses([] { parse_rule("2001:db8::1"); }, "an address is no name"));
  for (const char* text : {"Open", "OPEN:22", "*.open"}) CHECK(refuses([&] { parse_rule(text); }, "a word of ours"));
  for (const char* text : {"example.org:", "example.org:0", "example.org:65536", "example.org:80,", "example.org:-1", "example.org:http"})
    CHECK(refuses([&] { parse_rule(text); }, "not a port"));
  for (const char* text : {"example.org:53", "example.org:800", "example.org:801"})
    CHECK(refuses([&] { parse_rule(text); }, "belongs to the doors"));
}

TEST_CASE("a door is one name and one port") {
  const Rules rules = rules_of({"example.org", "files.example.org:80,8080", "*.cdn.example.org"});
  CHECK(rules.door("example.org", 443));
  CHECK(rules.door("files.example.org", 8080));
  CHECK(rules.door("a.cdn.example.org", 443));
  CHECK(rules.door("a.b.cdn.example.org", 443));
  CHECK_FALSE(rules.door("example.org", 80));
  CHECK_FALSE(rules.door("files.example.org", 443));
  CHECK_FALSE(rules.door("cdn.example.org", 443));
  CHECK_FALSE(rules.door("evilcdn.example.org", 443));
  CHECK_FALSE(rules.door("www.example.org", 443));
  CHECK(rules.covers("files.example.org"));
  CHECK_FALSE(rules.covers("org"));
  CHECK(rules.ports() == std::vector<std::uint16_t>{80, 443, 8080});
}

TEST_CASE("only 443 and 80 without /raw look at what is said") {
  using Look = Rules::Look;
  const Rules rules = rules_of({"a.example.org:80,443", "b.example.org:80,443/raw", "c.example.org:8080,8443", "d.example.org", "d.example.org:443/raw", "open"});
  CHECK(rules.door("a.example.org", 443)->look == Look::client_hello);
  CHECK(rules.door("a.example.org", 80)->look == Look::requests);
  for (const std::uint16_t port : {80, 443}) CHECK(rules.door("b.example.org", port)->look == Look::nothing);
  for (const std::uint16_t port : {8080, 8443}) CHECK(rules.door("c.example.org", port)->look == Look::nothing);
  CHECK(rules.door("d.example.org", 443)->look == Look::nothing);
  CHECK(rules.door("e.example.org", 443)->look == Look::client_hello);
  CHECK(rules.door("e.example.org", 80)->look == Look::requests);
}

TEST_CASE("a hidden name is for doors that say so, and for those where any name will do") {
  const Rules rules = rules_of({"a.example.org", "b.example.org/ech", "*.c.example.org/ech"});
  CHECK_FALSE(rules.door("a.example.org", 443)->ech);
  CHECK(rules.door("b.example.org", 443)->ech);
  CHECK(rules.door("x.c.example.org", 443)->ech);
  CHECK(rules_of({"open"}).door("a.example.org", 443)->ech);
}

TEST_CASE("open is every public name on three ports") {
  const Rules rules = rules_of({"open"});
  for (const std::uint16_t port : {22, 80, 443}) CHECK(rules.door("anything.example.org", port));
  CHECK_FALSE(rules.door("anything.example.org", 25));
  CHECK_FALSE(rules.door("mirror", 443));
  CHECK_FALSE(rules.door("anything.example.org", 443)->private_too);
}

TEST_CASE("doors are bounded") {
  Rules rules;
  for (int i = 1; i <= 65; ++i) rules.rules.push_back(parse_rule("example.org:" + std::to_string(1000 + i)));
  CHECK(refuses([&] { rules.ports(); }, "too many doors"));
}

TEST_CASE("a refusal names the rule that would have allowed it") {
  CHECK(rule_for("example.org", 443) == "example.org");
  CHECK(rule_for("example.org", 8080) == "example.org:8080");
}
