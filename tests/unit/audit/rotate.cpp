#include <sys/stat.h>

#include "catch.hpp"
#include "place.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

void make_old(const Path& path) {
  const timespec old[2] = {{1000, 0}, {1000, 0}};
  ::utimensat(AT_FDCWD, path.c_str(), old, 0);
}

const auto kThen = std::chrono::system_clock::from_time_t(2000);

}  // namespace

TEST_CASE("a small log stays where it is") {
  const LogPlace place;
  place.fill(2);
  audit::Log log(place.settings());
  CHECK_FALSE(log.put_aside(1 << 20));
  CHECK(log.put_aside(0));
  CHECK_FALSE(log.put_aside(0));
}

TEST_CASE("the chain goes on over files that were put aside") {
  const LogPlace place;
  audit::Log log(place.settings());
  for (int i = 0; i < 3; ++i) {
    place.fill(2);
    REQUIRE(log.put_aside(0));
  }
  CHECK(audit::put_aside_names(place.directory()) ==
        std::vector<std::string>{audit::name_for(1), audit::name_for(3), audit::name_for(5)});
  place.fill(1);
  const record::Verified verified = place.verified();
  CHECK(verified.intact);
  CHECK(verified.entries == 7);
}

TEST_CASE("files that were dropped are vouched for by the entry that says so") {
  const LogPlace place;
  audit::Log log(place.settings());
  place.fill(2);
  const audit::Head end_of_first = audit::parse_head(*place.verified().head);
  log.put_aside(0);
  place.fill(2);
  log.put_aside(0);
  make_old(place.directory() / audit::name_for(1));
  CHECK(log.drop_older_than(kThen) == std::vector<std::string>{audit::name_for(1)});
  const record::Verified verified = place.verified({end_of_first, {1, std::string(64, 'a')}});
  CHECK_FALSE(verified.fault);
  CHECK(verified.first == 3);
  CHECK(verified.anchors[0].holds);
  CHECK_FALSE(verified.anchors[1].holds);
}

TEST_CASE("only the oldest are dropped, up to the first that is young") {
  const LogPlace place;
  audit::Log log(place.settings());
  for (int i = 0; i < 3; ++i) {
    place.fill(1);
    log.put_aside(0);
  }
  make_old(place.directory() / audit::name_for(2));
  CHECK(log.drop_older_than(kThen).empty());
  make_old(place.directory() / audit::name_for(1));
  CHECK(log.drop_older_than(kThen).size() == 2);
  CHECK(place.verified().intact);
}

TEST_CASE("a log all of whose files were dropped goes on counting") {
  const LogPlace place;
  audit::Log log(place.settings());
  place.fill(3);
  log.put_aside(0);
  make_old(place.directory() / audit::name_for(1));
  log.drop_older_than(kThen);
  const record::Verified verified = place.verified();
  CHECK(verified.intact);
  CHECK(verified.first == 4);
}

TEST_CASE("a crash between the entry and the removal is repaired by the next run") {
  const LogPlace place;
  audit::Log log(place.settings());
  place.fill(2);
  log.put_aside(0);
  const Path aside = place.directory() / audit::name_for(1);
  const std::string bytes = read_file(aside, 1 << 20);
  make_old(aside);
  log.drop_older_than(kThen);
  replace_file(aside, bytes);
  CHECK(place.verified().intact);
  make_old(aside);
  CHECK(log.drop_older_than(kThen).size() == 1);
  CHECK(place.verified().intact);
}
