#include "forge/token.hpp"

#include <vector>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using forge::Token;

TEST_CASE("a token comes from the first variable that has one") {
  const forge::Environment environment = [](const char* name) -> const char* {
    return std::string_view(name) == "SECOND" ? "two" : std::string_view(name) == "EMPTY" ? "" : nullptr;
  };
  const auto token = Token::from_environment(environment, {"FIRST", "EMPTY", "SECOND"});
  REQUIRE(token);
  CHECK(token->secret() == "two");
  CHECK(token->source() == "SECOND");
  CHECK_FALSE(Token::from_environment(environment, {"FIRST"}));
}

TEST_CASE("a token is one word, so that it is no second header; a message names where it was, not what") {
  const TempDir place = scratch();
  const Path file = place.path() / "token";
  replace_file(file, "secret\n");
  CHECK(Token::from_file(file).secret() == "secret");
  for (const std::string& text : std::vector<std::string>{std::string(), std::string("\n"), std::string("secret\nX: y"), std::string("secret word"), std::string("secret\0", 7), std::string(5000, 's')}) {
    replace_file(file, text);
    const Error error = error_of([&] { Token::from_file(file); });
    CHECK(error.code() == ExitCode::input);
    CHECK_FALSE(contains(error.what(), "secret"));
  }
}
