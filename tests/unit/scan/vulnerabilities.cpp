#include "scan/vulnerabilities.hpp"

#include "base/error.hpp"
#include "catch.hpp"
#include "osv/source.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::scan;
using namespace sandbox::test;

namespace {

std::string record_of(const std::string& id, const std::string& fixed) {
  return R"({"id":")" + id + R"(","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":")" +
         fixed + R"("}]}]}]})";
}

const Package kLeft{Ecosystem::npm, "left", "1.2.3", "", "", "", "/app/package.json"};

std::size_t known(const Path& file) { return Vulnerabilities::open(file).of(kLeft, {}).size(); }

}  // namespace

TEST_CASE("what was taken in is found, once, and replaced by a later record of its id") {
  const TempDir place = scratch();
  const Path file = place.path() / "db";
  {
    VulnerabilityUpdate update(file);
    CHECK(update.add(record_of("x_1", "2.0.0")));
    CHECK(update.add(record_of("x_2", "2.0.0")));
    CHECK(update.add(record_of("x_2", "2.0.0")));
    update.commit();
  }
  CHECK(known(file) == 2);
  VulnerabilityUpdate update(file);
  CHECK(update.add(record_of("x_2", "1.0.0")));
  update.commit();
  CHECK(known(file) == 1);
}

TEST_CASE("an update that is not completed changes nothing") {
  const TempDir place = scratch();
  const Path file = place.path() / "db";
  {
    VulnerabilityUpdate update(file);
    update.add(record_of("x_1", "2.0.0"));
    update.commit();
  }
  { VulnerabilityUpdate(file).add(record_of("x_2", "2.0.0")); }
  CHECK(known(file) == 1);
}

TEST_CASE("what is no record is not taken in") {
  const TempDir place = scratch();
  VulnerabilityUpdate update(place.path() / "db");
  for (const char* text : {"", "null", "[]", "{}", R"({"id": 7, "modified": ""})", R"({"id": "x_1"})", "{\"id\""}) CHECK_FALSE(update.add(text));
  CHECK(update.add(R"({"id": "x_1", "modified": "", "affected": [7, {"package": 7}, {"package": {"name": 7}}]})"));
}

TEST_CASE("without a database, and with another file, it is said how one is made") {
  const TempDir place = scratch();
  CHECK_THROWS_AS(Vulnerabilities::open(place.path() / "none"), Error);
  replace_file(place.path() / "other", std::string(5000, 'x'));
  CHECK_THROWS_AS(Vulnerabilities::open(place.path() / "other"), Error);
}

TEST_CASE("records come from folders and from lines, in no other file") {
  const TempDir place = scratch();
  std::filesystem::create_directory(place.path() / "deep");
  replace_file(place.path() / "deep/one.json", "1");
  replace_file(place.path() / "some.jsonl", "2\n\n3\n");
  replace_file(place.path() / "README", "4");
  std::filesystem::create_symlink("/etc/passwd", place.path() / "link.json");
  std::size_t count = 0;
  osv::each_record(place.path(), [&](std::string_view) { ++count; });
  CHECK(count == 3);
  CHECK_THROWS_AS(osv::each_record(place.path() / "README", [](std::string_view) {}), Error);
  CHECK_THROWS_AS(osv::each_record(place.path() / "none.zip", [](std::string_view) {}), Error);
}
