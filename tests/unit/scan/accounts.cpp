// The files that say who may become whom.
#include "scan/accounts.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

std::string doubts(std::string_view path, std::string_view text) {
  std::string all;
  for (const scan::Doubt& doubt : scan::doubts_about_accounts(path, text)) all += std::string(doubt.rule) + ":" + std::to_string(doubt.line) + " ";
  return all;
}

}  // namespace

TEST_CASE("accounts without a password, and hashes of passwords, are found") {
  CHECK(doubts("etc/shadow", "root:*:1:\nu::1:\nv:!:1:\nw:$6$abc$def:1:\nx:!$6$locked:1:\n") == "empty-password:2 password-hash:4 ");
  CHECK(doubts("etc/passwd", "root:x:0:0::/root:/bin/sh\nu::1000:1000::/:/bin/sh\n") == "empty-password:2 ");
}

TEST_CASE("an account besides root with its id is found") {
  CHECK(doubts("etc/passwd", "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nu:x:00:0::/:/bin/sh\n") == "second-root:2 second-root:3 ");
}

TEST_CASE("sudo without a password is found, a comment about it is not") {
  CHECK(doubts("etc/sudoers.d/u", "# NOPASSWD\nu ALL=(ALL) NOPASSWD: ALL\n") == "passwordless-sudo:2 ");
}

TEST_CASE("what is no line of an account is none") {
  CHECK(doubts("etc/shadow", "\n:\n::\n+\n\xff\n") == "");
  CHECK(scan::is_about_accounts("etc/shadow"));
  CHECK_FALSE(scan::is_about_accounts("srv/etc/shadow"));
}
