// Secrets by their formats. What stands here is made of pieces, so that nobody takes it for one.
#include "scan/secret.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

const std::string kChance = "q7Zp2Lx9Vb4Nc8Rt1Ws6Yd3Kf5Hg0Jm2aQeUzTk";

std::string what(const std::string& text) {
  const auto found = scan::secrets_in(text);
  return found.empty() ? "" : found[0].what;
}

}  // namespace

TEST_CASE("tokens are known by their formats") {
  CHECK(what("x\n-----BEGIN " + std::string("OPENSSH PRIVATE KEY-----")) == "a private key");
  CHECK(what("key: AKI" + std::string("AQ7ZP2LX9VB4NC8RT")) == "an access key of AWS");
  CHECK(what("gh" + ("p_" + kChance.substr(0, 36))) == "a token of GitHub");
  CHECK(what("glp" + ("at-" + kChance.substr(0, 20))) == "a token of GitLab");
  CHECK(what("//r/:_authToken=np" + ("m_" + kChance.substr(0, 36))) == "a token of npm");
  CHECK(what("https://user:hunter22@example.net/x") == "a password in a URL");
  CHECK(what("api_key = \"" + kChance.substr(0, 30) + "\"") == "a value that is called secret and looks like chance");
}

TEST_CASE("what only looks like a token is none") {
  CHECK(what("AKI" + std::string("AIOSFODNN7EXAMPLE")) == "");
  CHECK(what("gh" + ("p_" + std::string(36, 'a'))) == "");
  CHECK(what("https://user:${PASSWORD}@example.net/x") == "");
  CHECK(what("https://example.net:8080/a@b") == "");
  CHECK(what("token = \"" + std::string("the-name-of-the-token-that-is-used") + "\"") == "");
  CHECK(what("sha256 = " + kChance) == "");
  CHECK(what("-----BEGIN PUBLIC KEY-----") == "");
}

TEST_CASE("the line of a secret is told, its value never") {
  const std::string token = "gh" + ("p_" + kChance.substr(0, 36));
  const auto found = scan::secrets_in("a\n\n  \xff\xfe " + token + "\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].line == 3);
  CHECK_FALSE(contains(found[0].what, token));
}

TEST_CASE("so many are told and no more") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "https://user:hunter22@example.net/\n";
  CHECK(scan::secrets_in(text).size() == 100);
}

TEST_CASE("names say what they hold") {
  for (const char* name : {"PASSWORD", "db_password", "API_TOKEN", "SECRET_KEY", "aws.secret", "GITHUB_TOKEN", "apikey"}) CHECK(scan::sounds_secret(name));
  for (const char* name : {"KEYBOARD", "TOKENIZER", "SECRETARY", "API_TOKEN_FILE", "PASSWORD_MIN_LENGTH", "PATH"}) CHECK_FALSE(scan::sounds_secret(name));
}
