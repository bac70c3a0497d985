#include "doors/change.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::doors;
using namespace sandbox::test;

namespace {

Rules rules_of_texts(std::initializer_list<const char*> texts) {
  Rules rules;
  for (const char* text : texts) rules.rules.push_back(parse_rule(text));
  return rules;
}

std::string texts(const Rules& rules) {
  std::string all;
  for (const Rule& rule : rules.rules) all += rule_text(rule) + " ";
  return all;
}

}  // namespace

TEST_CASE("doors are closed, then opened, each once") {
  const Rules before = rules_of_texts({"a.example.org", "b.example.org:80"});
  CHECK(texts(changed(before, {.open = rules_of_texts({"c.example.org", "a.example.org"})})) == "a.example.org b.example.org:80 c.example.org ");
  CHECK(texts(changed(before, {.close = {"a.example.org:443"}})) == "b.example.org:80 ");
  CHECK(texts(changed(before, {.open = rules_of_texts({"c.example.org"}), .close_all = true})) == "c.example.org ");
  CHECK(refuses([&] { changed(before, {.close = {"b.example.org"}}); }, "no door 'b.example.org'"));
}

TEST_CASE("orders and changes survive their way to the other process") {
  Orders orders;
  orders.rules = rules_of_texts({"a.example.org", "*.example.org:443/raw", "open"});
  orders.rules.rules[0].private_too = true;
  orders.rules.blocks = {parse_block("10.0.0.0/8")};
  orders.limits = {7, 8, 9};
  orders.proxy = host_proxy("http://u:p@proxy.example.org:3128", "a.org, .b.org");
  orders.resolvers = {"192.0.2.53"};
  orders.user = 5;
  const Orders back = Json(orders).get<Orders>();
  CHECK(Json(back) == Json(orders));
  CHECK(back.rules.rules == orders.rules.rules);
  const Change change{orders.rules, {"open"}, true};
  CHECK(Json(Json(change).get<Change>()) == Json(change));
}

TEST_CASE("the host's proxy serves all but its exceptions") {
  const auto proxy = host_proxy("proxy.example.org:3128", "internal.example.org,.corp.example");
  REQUIRE(proxy);
  CHECK(proxy->port == 3128);
  CHECK(proxy->serves("www.example.org"));
  for (const char* name : {"internal.example.org", "a.internal.example.org", "corp.example", "a.corp.example"}) CHECK_FALSE(proxy->serves(name));
  CHECK(proxy->serves("notinternal.example.org"));
  CHECK_FALSE(host_proxy("", ""));
  CHECK_FALSE(host_proxy("http://p.example.org", "*")->serves("a.org"));
  CHECK(refuses([] { host_proxy("socks5://p.example.org", ""); }, "https_proxy"));
}
