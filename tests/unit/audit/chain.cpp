// What somebody could do to a log, and what is said of it.
#include "audit/chain.hpp"

#include <algorithm>

#include "catch.hpp"
#include "digest/sha256.hpp"
#include "place.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

using Lines = std::vector<std::string>;

/// A log of seven entries after `change`.
record::Verified after(const std::function<void(Lines&)>& change, const std::vector<audit::Head>& anchors = {}) {
  const LogPlace place;
  place.fill(7);
  Lines lines = place.lines();
  change(lines);
  place.write(lines);
  return place.verified(anchors);
}

void check_fault(const record::Verified& verified, const std::string& what, std::uint64_t number) {
  CHECK_FALSE(verified.intact);
  REQUIRE(verified.fault);
  INFO(verified.fault->detail);
  CHECK(verified.fault->what == what);
  CHECK(verified.fault->number == number);
}

void replace(std::string& line, const std::string& old, const std::string& by) {
  const std::size_t at = line.find(old);
  REQUIRE(at != std::string::npos);
  line.replace(at, old.size(), by);
}

/// An entry as a forger who knows the format would write it.
std::string forged(const std::string& like, std::uint64_t number, const std::string& previous) {
  Json entry = record::parse(like, "the log");
  entry["number"] = number;
  entry["previous"] = previous;
  entry["event"]["turn"] = 99;
  return record::dump(entry);
}

audit::Head head_of(const std::string& line, std::uint64_t number) { return {number, digest::sha256_hex(line)}; }

}  // namespace

TEST_CASE("a log that nobody touched is intact") {
  CHECK(after([](Lines&) {}).intact);
}

TEST_CASE("an empty log and none at all are intact") {
  const LogPlace place;
  CHECK(place.verified().intact);
  CHECK(place.verified().entries == 0);
}

TEST_CASE("an edited entry is named") {
  for (const std::uint64_t number : {1, 2, 5, 6}) {
    check_fault(after([&](Lines& lines) { replace(lines[number - 1], "asked", "crash"); }), "edited", number);
    check_fault(after([&](Lines& lines) { replace(lines[number - 1], "asked", "aske"); }), "edited", number);
    check_fault(after([&](Lines& lines) { lines[number - 1] += " "; }), "edited", number);
    check_fault(after([&](Lines& lines) { lines[number - 1] = "not an entry"; }), "edited", number);
  }
}

TEST_CASE("the last entry is vouched for by a head that was published") {
  const auto edit = [](Lines& lines) { replace(lines[6], "asked", "crash"); };
  CHECK_FALSE(after(edit).fault);
  audit::Head head;
  const auto remember_then_edit = [&](Lines& lines) {
    head = head_of(lines[6], 7);
    edit(lines);
  };
  const LogPlace place;
  place.fill(7);
  Lines lines = place.lines();
  remember_then_edit(lines);
  place.write(lines);
  const record::Verified verified = place.verified({head});
  CHECK_FALSE(verified.intact);
  CHECK_FALSE(verified.anchors[0].holds);
  CHECK(contains(verified.anchors[0].detail, "entry 7 is not the one"));
}

TEST_CASE("a removed entry is named") {
  for (const std::uint64_t number : {1, 2, 4, 6})
    check_fault(after([&](Lines& lines) { lines.erase(lines.begin() + static_cast<long>(number) - 1); }), "removed", number);
  check_fault(after([](Lines& lines) { lines.erase(lines.begin() + 2, lines.begin() + 5); }), "removed", 3);
  check_fault(after([](Lines& lines) { lines.erase(lines.begin(), lines.begin() + 3); }), "removed", 1);
}

TEST_CASE("entries removed from the end are missed by an anchor") {
  const LogPlace place;
  place.fill(7);
  const audit::Head head = audit::parse_head(*place.verified().head);
  Lines lines = place.lines();
  lines.resize(4);
  place.write(lines);
  CHECK_FALSE(place.verified().fault);
  const record::Verified verified = place.verified({head});
  CHECK_FALSE(verified.intact);
  CHECK(contains(verified.anchors[0].detail, "3 removed from its end"));
}

TEST_CASE("a whole log that somebody wrote anew does not hold an older anchor") {
  const LogPlace real, false_one;
  real.fill(3);
  audit::Settings other = false_one.settings();
  other.actor.name = "somebody else";
  audit::Log(other).append({"end", {}, Json::object()});
  false_one.fill(4);
  const audit::Head head = audit::parse_head(*real.verified().head);
  CHECK_FALSE(false_one.verified().fault);
  CHECK_FALSE(false_one.verified({head}).intact);
}

TEST_CASE("reordered entries are named") {
  check_fault(after([](Lines& lines) { std::swap(lines[3], lines[4]); }), "reordered", 4);
  check_fault(after([](Lines& lines) { std::swap(lines[0], lines[1]); }), "reordered", 1);
  check_fault(after([](Lines& lines) { std::rotate(lines.begin() + 2, lines.begin() + 5, lines.begin() + 6); }), "reordered", 3);
  check_fault(after([](Lines& lines) { std::rotate(lines.begin() + 2, lines.begin() + 3, lines.begin() + 6); }), "reordered", 3);
}

TEST_CASE("a duplicated entry is named") {
  check_fault(after([](Lines& lines) { lines.insert(lines.begin() + 3, lines[2]); }), "duplicated", 3);
  check_fault(after([](Lines& lines) { lines.push_back(lines[2]); }), "duplicated", 3);
}

TEST_CASE("an inserted entry is named, however well it is forged") {
  check_fault(after([](Lines& lines) { lines.insert(lines.begin() + 3, forged(lines[3], 4, digest::sha256_hex(lines[2]))); }), "inserted", 4);
  check_fault(after([](Lines& lines) { lines.insert(lines.begin() + 3, forged(lines[3], 4, std::string(64, 'a'))); }), "inserted", 4);
  check_fault(after([](Lines& lines) { lines.insert(lines.begin() + 3, forged(lines[3], 900, std::string(64, 'a'))); }), "inserted", 900);
  check_fault(after([](Lines& lines) {
                const std::string first = forged(lines[3], 4, digest::sha256_hex(lines[2]));
                lines.insert(lines.begin() + 3, {first, forged(lines[3], 5, digest::sha256_hex(first))});
              }),
              "inserted", 4);
}

TEST_CASE("an entry that was replaced by one with the right digest is named by the next") {
  check_fault(after([](Lines& lines) { lines[3] = forged(lines[3], 4, digest::sha256_hex(lines[2])); }), "edited", 4);
}

TEST_CASE("a field that is there twice is an edit, though a parser sees only one") {
  check_fault(after([](Lines& lines) { lines[6].insert(1, R"("schema":"sandbox.entry/1",)"); }), "edited", 7);
}

TEST_CASE("files that were put aside and swapped are noticed") {
  const LogPlace place;
  audit::Log log(place.settings());
  for (int i = 0; i < 2; ++i) {
    place.fill(3);
    log.put_aside(0);
  }
  place.fill(1);
  const Path first = place.directory() / audit::name_for(1), second = place.directory() / audit::name_for(4);
  std::filesystem::rename(first, place.directory() / "kept");
  std::filesystem::rename(second, first);
  std::filesystem::rename(place.directory() / "kept", second);
  check_fault(place.verified(), "reordered", 1);
  std::filesystem::remove(second);
  check_fault(place.verified(), "removed", 1);
}

TEST_CASE("a file of the middle that is gone, or is there twice, is noticed") {
  const LogPlace place;
  audit::Log log(place.settings());
  for (int i = 0; i < 3; ++i) {
    place.fill(2);
    log.put_aside(0);
  }
  const Path middle = place.directory() / audit::name_for(3);
  std::filesystem::copy(middle, place.directory() / audit::name_for(9));
  check_fault(place.verified(), "duplicated", 3);
  std::filesystem::remove(place.directory() / audit::name_for(9));
  std::filesystem::remove(middle);
  check_fault(place.verified(), "removed", 3);
}

TEST_CASE("a torn line is a matter for the current file only") {
  const LogPlace place;
  audit::Log log(place.settings());
  place.fill(2);
  log.put_aside(0);
  place.fill(1);
  const Path aside = place.directory() / audit::name_for(1);
  replace_file(aside, read_file(aside, 1 << 20) + "{\"schema\":");
  check_fault(place.verified(), "edited", 3);
}

TEST_CASE("an entry that claims to have dropped what was not dropped is not believed") {
  const LogPlace place;
  place.fill(2);
  audit::Log log(place.settings());
  log.append({"dropped", {}, {{"first", 1}, {"last", 1}, {"head", std::string(64, 'a')}}});
  Lines lines = place.lines();
  lines.erase(lines.begin());
  place.write(lines);
  CHECK_FALSE(place.verified().intact);
}
