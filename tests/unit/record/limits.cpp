#include "record/limits.hpp"

#include "catch.hpp"

using sandbox::record::Limits;

TEST_CASE("limits that are set win, the others fall back") {
  Limits mine;
  mine.pids = 10;
  const Limits both = mine.over(Limits::defaults());
  CHECK(both.pids == 10);
  CHECK(both.memory_bytes == std::uint64_t{2} << 30);
  CHECK(both.disk_bytes == std::uint64_t{10} << 30);
  CHECK(both.cpus == 2.0);
  CHECK(both.open_files == 4096);
}
