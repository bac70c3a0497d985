#include "record/json.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
namespace record = sandbox::record;

TEST_CASE("program output that is UTF-8 stays readable, anything else is base64") {
  CHECK(record::text_json("größer\n") == Json("größer\n"));
  CHECK(record::text_json("\xFF") == Json{{"base64", "/w=="}});
}

TEST_CASE("any bytes survive the way into a record and back") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const std::string& one : {std::string(), std::string("text"), std::string("\0x", 2), bytes})
    CHECK(record::text_of(record::parse(record::dump(record::text_json(one)), "it")) == one);
}

TEST_CASE("output in another shape is refused") {
  for (const char* text : {"1", "null", "[]", "{}", R"({"base64":1})", R"({"base64":"!"})"})
    CHECK(error_of([&] { record::text_of(record::parse(text, "it")); }).code() == ExitCode::input);
}

TEST_CASE("a record is one line of UTF-8, whatever is in it") {
  const std::string line = record::dump(Json{{"a", "line\nbreak"}, {"b", "\xFF"}});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line == "{\"a\":\"line\\nbreak\",\"b\":\"\xEF\xBF\xBD\"}");
}

TEST_CASE("fields keep their order") {
  CHECK(record::dump(record::parse(R"({"z":1,"a":2})", "it")) == R"({"z":1,"a":2})");
}

TEST_CASE("a mistake is named with its place and nothing of a library") {
  const Error error = error_of([] { record::parse("{\"a\":}", "file.json"); });
  CHECK(contains(error.what(), "file.json: not JSON: at line 1, column 6"));
  CHECK_FALSE(contains(error.what(), "json.exception"));
}

TEST_CASE("a mistake that quotes a terminal's control characters is defused") {
  const std::string message = error_of([] { record::parse("\x1b[31m", "it"); }).what();
  CHECK(message.find('\x1b') == std::string::npos);
}

TEST_CASE("nesting is bounded") {
  CHECK_NOTHROW(record::parse(std::string(100, '[') + std::string(100, ']'), "it"));
  CHECK(refuses([] { record::parse(std::string(102, '[') + std::string(102, ']'), "it"); }, "nested deeper"));
  CHECK(refuses([] { record::parse(std::string(1'000'000, '['), "it"); }, "nested deeper"));
}

TEST_CASE("a number that no type holds is refused") {
  CHECK(refuses([] { record::parse("1e999", "it"); }, "not JSON"));
}
