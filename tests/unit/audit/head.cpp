#include "audit/head.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using audit::parse_head;

TEST_CASE("a head survives being written and read") {
  const audit::Head head{17, std::string(64, 'a')};
  CHECK(parse_head(head.text()) == head);
}

TEST_CASE("what is no head is refused") {
  const std::string digest(64, 'a');
  for (const std::string& text : {std::string(), digest, "0:" + digest, "-1:" + digest, "17:" + digest.substr(1), "17:" + digest + "a",
                                  "17;" + digest, "17:" + std::string(64, 'A'), " 17:" + digest, "99999999999999999999:" + digest})
    CHECK(refuses([&] { parse_head(text); }, "not a head of a log"));
}
