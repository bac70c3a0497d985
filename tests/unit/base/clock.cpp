#include "base/clock.hpp"

#include <sys/stat.h>

#include "base/file.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

TEST_CASE("a time is written in UTC with milliseconds") {
  CHECK(rfc3339(WallTime(std::chrono::milliseconds(0))) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(WallTime(std::chrono::milliseconds(1709210096789))) == "2024-02-29T12:34:56.789Z");
}

TEST_CASE("a time survives the way to text and back") {
  for (std::int64_t ms = 0; ms < 4'000'000'000'000; ms += 86'399'997'001) {
    const WallTime time{std::chrono::milliseconds(ms)};
    CHECK(parse_rfc3339(rfc3339(time)) == time);
  }
}

TEST_CASE("anything else is not a time") {
  const std::string_view wrong[] = {
      "", "now", "2026-11-20", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000", "2026-11-20 12:00:00.000Z",
      "2026-02-30T12:00:00.000Z", "2026-13-01T12:00:00.000Z", "2026-11-20T25:00:00.000Z",
      "2026-11-20T12:00:00.000Z ", " 2026-11-20T12:00:00.000Z", "2026- 1-20T12:00:00.000Z",
      "-026-11-20T12:00:00.000Z", "2026-11-20T12:00:00.000+01:00", "2026-11-20T12:00:00.0Z"};
  for (const std::string_view text : wrong) CHECK(refuses([&] { parse_rfc3339(text); }, "not a time"));
}

TEST_CASE("a stopwatch does not run backwards, and a lap starts the next one") {
  Stopwatch watch;
  const double first = watch.elapsed_ms();
  CHECK(first >= 0);
  CHECK(watch.lap_ms() >= first);
  CHECK(watch.elapsed_ms() < 1000);
}

TEST_CASE("files that changed before a tick are older than it, those that change after it are not") {
  const TempDir place = scratch();
  const auto changed = [&](const char* name) {
    replace_file(place.path() / name, "text");
    struct stat info {};
    REQUIRE(::stat((place.path() / name).c_str(), &info) == 0);
    return std::chrono::seconds(info.st_ctim.tv_sec) + std::chrono::nanoseconds(info.st_ctim.tv_nsec);
  };
  for (int i = 0; i < 200; ++i) {
    const auto before = changed("before");
    const auto tick = next_tick().time_since_epoch();
    CHECK(before < tick);
    CHECK(changed("after") >= tick);
  }
}
