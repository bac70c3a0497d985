#include "forge/address.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using forge::Address;

TEST_CASE("an API is reached by TLS, or on this host's own loopback by its number") {
  CHECK(Address::parse("https://gitlab.example.org/api/v4/").text() == "https://gitlab.example.org/api/v4");
  CHECK(Address::parse("https://forge.example.org:8443").text() == "https://forge.example.org:8443");
  CHECK(Address::parse("http://127.0.0.1:8080/api").text() == "http://127.0.0.1:8080/api");
  CHECK(Address::parse("http://[::1]:8080").text() == "http://[::1]:8080");
  CHECK_FALSE(Address::parse("http://127.8.0.1").is_tls());
  for (const char* open : {"http://gitlab.example.org", "http://localhost:8080", "http://10.0.0.1", "http://127.0.0.1.example.org",
                           "http://128.0.0.1", "http://[::2]"})
    CHECK(refuses([&] { Address::parse(open); }, "without TLS"));
  for (const char* other : {"ftp://example.org", "file:///etc/passwd", "gopher://127.0.0.1"})
    CHECK(refuses([&] { Address::parse(other); }, "not https"));
}

TEST_CASE("an address that carries a password is refused without repeating it") {
  for (const char* url : {"https://user:hunter22@example.org", "https://hunter22@example.org", "https://example.org/?private_token=hunter22",
                          "https://example.org/#hunter22", "https://[hunter22", ""}) {
    const Error error = error_of([&] { Address::parse(url); });
    CHECK(error.code() == ExitCode::input);
    CHECK_FALSE(contains(error.what(), "hunter22"));
  }
}

TEST_CASE("another path of the same host keeps the port") {
  CHECK(Address::parse("https://example.org:444/api/v3").at_root("/api").text() == "https://example.org:444/api");
}

TEST_CASE("a segment of a path cannot leave it") {
  CHECK(forge::segment("group/sub group") == "group%2Fsub%20group");
  CHECK(forge::segment("a?b#c&d=%2e\n") == "a%3Fb%23c%26d%3D%252e%0A");
  CHECK(forge::segment("!room:example.org") == "%21room%3Aexample.org");
}
