#include "passwd.hpp"

#include <random>
#include <string>

#include "catch.hpp"

using sandbox::agent::Account;
using sandbox::agent::find_account;

namespace {

constexpr const char* kPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "ann:x:1000:1001:Ann:/home/ann:/bin/sh\n"
    "short:x:5:5\n"
    "long:x:5:5:a:b:c:d\n"
    "negative:x:-1:5::/:/bin/sh\n"
    "huge:x:4294967295:5::/:/bin/sh\n"
    "relative:x:7:7::home:/bin/sh\n"
    "ann:x:0:0:impostor:/root:/bin/sh\n";
constexpr const char* kGroup = "root:x:0:\nstaff:x:50:ann,bob\naudio:x:29:bob,ann\nann:x:1001:ann\nbad:x:z:ann\n";

std::string describe(std::string_view spec, std::string_view passwd = kPasswd, std::string_view group = kGroup) {
  Account account;
  if (!find_account(spec, passwd, group, account)) return "none";
  std::string text = std::to_string(account.uid) + ":" + std::to_string(account.gid) + " " + account.name + " " + account.home;
  for (std::size_t i = 0; i < account.group_count; ++i) text += " " + std::to_string(account.groups[i]);
  return text;
}

}  // namespace

TEST_CASE("a user is found by name and by number") {
  CHECK(describe("ann") == "1000:1001 ann /home/ann 50 29");
  CHECK(describe("1000") == "1000:1001 ann /home/ann 50 29");
  CHECK(describe("") == "0:0 root /root");
  CHECK(describe("relative") == "7:7 relative /");
}

TEST_CASE("a named group replaces the user's") {
  CHECK(describe("ann:staff") == "1000:50 ann /home/ann");
  CHECK(describe("ann:7") == "1000:7 ann /home/ann");
  CHECK(describe("5000:6000") == "5000:6000 5000 /");
  CHECK(describe("ann:none") == "none");
  CHECK(describe("ann:") == "none");
}

TEST_CASE("root and numbers need no files") {
  CHECK(describe("root", "", "") == "0:0 root /root");
  CHECK(describe("0:0", "", "") == "0:0 root /root");
  CHECK(describe("1234", "", "") == "1234:1234 1234 /");
  CHECK(describe("ann", "", "") == "none");
}

TEST_CASE("lines that are not exactly right do not exist") {
  for (const char* name : {"short", "long", "negative", "huge", "-1", "4294967295", "ann\n", ":"}) CHECK(describe(name) == "none");
  CHECK(describe("x", std::string("x:") + std::string(2000, 'a') + ":1:1::/:/bin/sh\n") == "none");
}

TEST_CASE("no text makes the parser fail") {
  std::mt19937 generator(3);
  for (int i = 0; i < 20000; ++i) {
    std::string text(generator() % 60, '\0');
    for (char& byte : text) byte = ":\n,0x1"[generator() % 6];
    describe(std::string_view(text).substr(0, generator() % 6), text, text);
  }
  SUCCEED();
}
