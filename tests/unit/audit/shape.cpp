#include "audit/shape.hpp"

#include "base/text.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::audit;

TEST_CASE("secrets are redacted at any depth, and in bytes that are no text") {
  Json value = {{"argv", {"run", "--token=hunter2", record::text_json("\xff hunter2")}}, {"detail", {{"of", "hunter2!"}}}};
  redact(value, Redactor({"hunter2"}));
  CHECK(value["argv"][1] == "--token=[redacted]");
  CHECK(record::text_of(value["argv"][2]) == "\xff [redacted]");
  CHECK(value["detail"]["of"] == "[redacted]!");
}

TEST_CASE("what is said to be base64 and is not is left out when there are secrets") {
  Json value = {{"argv", {{{"base64", "not base64"}}}}};
  redact(value, Redactor({"hunter2"}));
  CHECK(value["argv"][0] == "");
}

TEST_CASE("long texts and lists are cut, and that is said") {
  Json value = {{"text", std::string(5000, 'x')}, {"list", Json::array()}};
  for (int i = 0; i < 300; ++i) value["list"].push_back(i);
  CHECK(shorten(value));
  CHECK(value["text"].get<std::string>().size() == 4096);
  CHECK(value["list"].size() == 256);
  CHECK_FALSE(shorten(value));
}

TEST_CASE("a character is never cut in two") {
  Json value = std::string(4095, 'x') + "é";
  CHECK(shorten(value));
  CHECK(value == std::string(4095, 'x'));
}

TEST_CASE("base64 that is cut is still base64") {
  Json value = record::text_json(std::string(6000, '\xff'));
  CHECK(shorten(value));
  CHECK(record::text_of(value) == std::string(3072, '\xff'));
}
