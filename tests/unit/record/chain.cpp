#include "record/chain.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
namespace record = sandbox::record;

namespace {

Json chain() {
  return {{"schema", "c/1"}, {"from", {{"schema", "b/1"}, {"from", {{"schema", "a/1"}, {"from", nullptr}}}}}};
}

Json outcome_with(const std::string& out) {
  return {{"schema", "sandbox.outcome/1"},
          {"commands", {{{"stdout", {{"text", record::text_json(out)}, {"bytes", out.size()}, {"truncated", false}}}}}}};
}

}  // namespace

TEST_CASE("a record is found in the chain by its schema") {
  const Json last = chain();
  CHECK(record::find(last, "c/1") == &last);
  CHECK((*record::find(last, "a/1"))["schema"] == "a/1");
  CHECK(record::find(last, "d/1") == nullptr);
}

TEST_CASE("a chain of anything else ends without a find") {
  for (const Json& odd : {Json(nullptr), Json(1), Json::array(), Json{{"from", 1}}, Json{{"schema", 1}, {"from", "x"}}})
    CHECK(record::find(odd, "a/1") == nullptr);
}

TEST_CASE("a failure is known by its schema") {
  CHECK(record::is_failure({{"schema", "sandbox.error/1"}}));
  CHECK_FALSE(record::is_failure(chain()));
  CHECK_FALSE(record::is_failure(Json(nullptr)));
}

TEST_CASE("an embedded record keeps the last 4 KiB of each stream") {
  const Json kept = record::as_from(outcome_with(std::string(5000, 'a') + "end"));
  const std::string text = kept["commands"][0]["stdout"]["text"];
  CHECK(text.size() == 4096);
  CHECK(text.ends_with("end"));
  CHECK(kept["commands"][0]["stdout"]["truncated"] == true);
  CHECK(kept["commands"][0]["stdout"]["bytes"] == 5003);
}

TEST_CASE("shortening does not cut a character in half") {
  for (int shift = 0; shift < 4; ++shift) {
    std::string text(static_cast<std::size_t>(shift), 'a');
    for (int i = 0; i < 2000; ++i) text += "\xE2\x82\xAC";
    CHECK(record::as_from(outcome_with(text))["commands"][0]["stdout"]["text"].is_string());
  }
}

TEST_CASE("short streams and bytes that are no text stay as they are") {
  for (const std::string& out : {std::string("short"), std::string("\xFF\xFE")})
    CHECK(record::as_from(outcome_with(out)) == outcome_with(out));
}
