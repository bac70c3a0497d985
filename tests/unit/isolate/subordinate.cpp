#include "isolate/subordinate.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::isolate;
using sandbox::test::contains;
using sandbox::test::error_of;

namespace {

SubordinateFacts facts(std::string subuid, std::string subgid) {
  return {1000, "root:x:0:0::/root:/bin/sh\nci:x:1000:1000::/home/ci:/bin/sh\n", std::move(subuid), std::move(subgid), {}, {}};
}

}  // namespace

TEST_CASE("a range belongs to a user by name or by number") {
  const auto ids = subordinate_ids(facts("somebody:100000:65536\nci:200000:65536\n", "1000:300000:65536\n"));
  REQUIRE(ids.size() == 1);
  CHECK(ids[0].users == 200000);
  CHECK(ids[0].groups == 300000);
}

TEST_CASE("room for several sandboxes is several ranges, as many as both files have") {
  const auto ids = subordinate_ids(facts("ci:100000:131072\nci:900000:65536\n", "ci:100000:200000\n"));
  REQUIRE(ids.size() == 3);
  CHECK(ids[1].users == 165536);
  CHECK(ids[2].users == 900000);
  CHECK(ids[2].groups == 231072);
}

TEST_CASE("who has no range is told the line to add, clear of everybody else's") {
  const Error neither = error_of([] { subordinate_ids(facts("other:100000:65536\n", "")); });
  CHECK(neither.code() == ExitCode::host);
  CHECK(contains(neither.what(), "'ci' are in /etc/subuid and /etc/subgid"));
  CHECK(neither.hint() == "as root: usermod --add-subuids 165536-231071 --add-subgids 165536-231071 ci; see 'sandbox-doctor subuid'");
  const Error half = error_of([] { subordinate_ids(facts("ci:300000:65536\n", "other:100000:65536\nmore:165536:1\n")); });
  CHECK(half.hint() == "as root: usermod --add-subgids 165537-231072 ci; see 'sandbox-doctor subuid'");
}

TEST_CASE("a range that is too small, out of bounds or no number is none") {
  for (const char* line : {"ci:100000:65535", "ci:4294967295:65536", "ci:4294960000:65536", "ci:-5:65536", "ci:1e5:65536",
                           "ci::65536", "ci:100000", "ci:100000:65536:7", "ci:100000:99999999999999999999"})
    CHECK(error_of([&] { subordinate_ids(facts(line, "ci:100000:65536")); }).code() == ExitCode::host);
  CHECK(subordinate_ids(facts("ci:4294901759:65536", "ci:100000:65536")).size() == 1);
}

TEST_CASE("without a name or without newuidmap, the fix is another") {
  SubordinateFacts nameless = facts("1000:100000:65536", "1000:100000:65536");
  nameless.passwd = "root:x:0:0::/root:/bin/sh\n";
  CHECK(contains(error_of([&] { subordinate_ids(nameless); }).hint(), "useradd --uid 1000"));
  SubordinateFacts helpless = facts("ci:100000:65536", "ci:100000:65536");
  helpless.lack = "there is no newuidmap";
  helpless.lack_fix = "install the package uidmap";
  CHECK(error_of([&] { subordinate_ids(helpless); }).hint() == "install the package uidmap; see 'sandbox-doctor subuid'");
}
