#include "base/text.hpp"

#include <algorithm>
#include <array>

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

std::string encoded(char32_t point) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
  if (point < 0x10000)
    return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
  return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
          byte(0x80 | (point & 63))};
}

}  // namespace

TEST_CASE("every code point but the surrogates is UTF-8, nothing above the last is") {
  int wrong = 0;
  for (char32_t point = 0; point < 0x120000; ++point) {
    const bool valid = point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
    if (is_utf8(encoded(point)) != valid) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("overlong, cut and stray sequences are not UTF-8") {
  for (const std::string_view bytes :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\x80", "\xBF",
        "\xC2", "\xE2\x82", "\xF0\x9F\x98", "a\xFF", "\xC2 ", "\xE2\x82 "})
    CHECK_FALSE(is_utf8(bytes));
}

TEST_CASE("base64 follows RFC 4648") {
  const std::array<std::pair<std::string_view, std::string_view>, 7> vectors = {
      {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
       {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("any bytes survive base64") {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) {
    bytes += static_cast<char>(i * 31 ^ i >> 3);
    CHECK(from_base64(base64(bytes)) == bytes);
  }
}

TEST_CASE("what base64() never writes is refused") {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z=g=", "Zm9v\n", "Zm 9", "Zg==Zg==", "Zh==",
                                      "Zm9=", "Zm-_", "===="})
    CHECK(refuses([&] { from_base64(text); }, "not base64"));
}

TEST_CASE("text for people holds no control character") {
  CHECK(visible("plain text, größer, 日本") == "plain text, größer, 日本");
  CHECK(visible("\x1b]0;title\x07") == "\\x1b]0;title\\x07");
  CHECK(visible("a\nb\rc\td\x7f") == "a\\x0ab\\x0dc\\x09d\\x7f");
  CHECK(visible("\xC2\x9B" "31m") == "\\xc2\\x9b31m");              // C1: CSI in one character
  CHECK(visible("\xE2\x80\xAE" "txt") == "\\xe2\\x80\\xaetxt");      // U+202E turns the line around
  CHECK(visible("\xFF\xC2") == "\\xff\\xc2");
}

TEST_CASE("whatever comes in, visible text is UTF-8 without controls") {
  unsigned state = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = 0; i < 40; ++i) bytes += static_cast<char>((state = state * 1103515245 + 12345) >> 16);
    const std::string text = visible(bytes);
    CHECK(is_utf8(text));
    CHECK(std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
  }
}

TEST_CASE("splitting keeps empty parts") {
  using Parts = std::vector<std::string_view>;
  CHECK(split("a,,b,", ',') == Parts{"a", "", "b", ""});
  CHECK(split("", ',') == Parts{""});
}

TEST_CASE("a suggestion is near or absent") {
  const std::array<std::string_view, 4> names = {"--timeout", "--ttl", "--env", "--user"};
  CHECK(nearest("--timout", names) == "--timeout");
  CHECK(nearest("--usr", names) == "--user");
  CHECK(nearest("--completely-different", names).empty());
  CHECK(nearest("", names).empty());
}
