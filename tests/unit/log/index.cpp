#include "index.hpp"

#include "../audit/place.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

/// Numbers of the entries that the query finds now, by the index beside the log.
std::vector<std::uint64_t> found(const LogPlace& place, const tool::Query& query = {}) {
  const auto files = audit::take_files(place.directory());
  const tool::Index index = tool::Index::open(place.directory(), files);
  std::vector<std::uint64_t> numbers;
  index.each(query, [&](const record::Entry& entry, std::string_view) { numbers.push_back(entry.number); });
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

Path index_of(const LogPlace& place) { return place.directory() / "index.sqlite"; }

}  // namespace

TEST_CASE("the index follows what is written, and what is put aside") {
  const LogPlace place;
  CHECK(found(place).empty());
  place.fill(2);
  CHECK(found(place) == Numbers{1, 2});
  place.fill(1);
  CHECK(found(place) == Numbers{1, 2, 3});
  audit::Log(place.settings()).put_aside(0);
  CHECK(found(place) == Numbers{1, 2, 3});
  place.fill(1);
  CHECK(found(place) == Numbers{1, 2, 3, 4});
}

TEST_CASE("an index that is lost, damaged or cannot be written changes nothing") {
  const LogPlace place;
  place.fill(3);
  found(place);
  std::filesystem::remove(index_of(place));
  CHECK(found(place) == Numbers{1, 2, 3});
  replace_file(index_of(place), std::string(10'000, 'x'));
  CHECK(found(place) == Numbers{1, 2, 3});
  std::filesystem::remove(index_of(place));
  std::filesystem::create_directory(index_of(place));
  CHECK(found(place) == Numbers{1, 2, 3});
}

TEST_CASE("an index of another version is made anew") {
  const LogPlace place;
  place.fill(2);
  tool::Database::open(index_of(place)).execute("CREATE TABLE files (something INTEGER); CREATE TABLE entries (else_ INTEGER)");
  CHECK(found(place) == Numbers{1, 2});
}

TEST_CASE("files that changed otherwise than by growing are read anew") {
  const LogPlace place;
  place.fill(5);
  found(place);
  auto lines = place.lines();
  lines.erase(lines.begin() + 1);
  place.write(lines);
  CHECK(found(place) == Numbers{1, 3, 4, 5});
  place.write({lines[0]});
  CHECK(found(place) == Numbers{1});
}

TEST_CASE("a line that is no entry is counted and left out") {
  const LogPlace place;
  place.fill(2);
  auto lines = place.lines();
  lines.insert(lines.begin() + 1, "{\"schema\":\"sandbox.other/1\"}");
  place.write(lines);
  CHECK(found(place) == Numbers{1, 2});
  const auto files = audit::take_files(place.directory());
  CHECK(tool::Index::open(place.directory(), files).damaged() == 1);
}

TEST_CASE("each part of a query narrows it") {
  const LogPlace place;
  place.fill(1);
  audit::Settings other = place.settings();
  other.actor = {7, {}};
  audit::Log(other).append({"error", "sb-bbbbbbbbbb", Json::object()});
  tool::Query query;
  query.sandbox = "sb-bbbbbbbbbb";
  CHECK(found(place, query) == Numbers{2});
  query = {};
  query.kinds = {"end", "build"};
  CHECK(found(place, query) == Numbers{1});
  query = {};
  query.actor = "ci/job-17";
  CHECK(found(place, query) == Numbers{1});
  query.actor = "7";
  CHECK(found(place, query) == Numbers{2});
  query = {};
  query.since = "2999-01-01T00:00:00.000Z";
  CHECK(found(place, query).empty());
  query = {};
  query.until = "2999-01-01T00:00:00.000Z";
  CHECK(found(place, query) == Numbers{1, 2});
}
