#include "base/redact.hpp"

#include "catch.hpp"

using sandbox::Redactor;

namespace {

/// The stream cut into pieces of `size` bytes.
std::string redacted(std::vector<std::string> secrets, std::string_view text, std::size_t size) {
  Redactor redactor(std::move(secrets));
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += size) out += redactor.feed(text.substr(at, size));
  return out + redactor.finish();
}

}  // namespace

TEST_CASE("a secret is replaced wherever chunks are cut") {
  for (std::size_t size = 1; size < 20; ++size) {
    CHECK(redacted({"hunter2"}, "a hunter2 b hunhunter2", size) == "a [redacted] b hun[redacted]");
    CHECK(redacted({"aab"}, "aaaab aab", size) == "aaaab aab");  // too short to be a secret
    CHECK(redacted({"aaab"}, "aaaab aab", size) == "a[redacted] aab");
    CHECK(redacted({"abcd", "abcdef"}, "abcdefabcdeabc", size) == "[redacted][redacted]eabc");
  }
}

TEST_CASE("a part of a secret at the end of the stream is no secret") {
  CHECK(redacted({"hunter2"}, "hunter", 2) == "hunter");
  CHECK(redacted({}, "hunter2", 3) == "hunter2");
}
