// Points of a series stay few, however long a command runs.
#include "measure/series.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace std::chrono_literals;
using measure::SeriesKeeper;

namespace {

record::Usage usage(double cpu_ms, std::uint64_t read) {
  record::Usage one;
  one.cpu_ms = cpu_ms;
  one.read_bytes = read;
  return one;
}

}  // namespace

TEST_CASE("points count from the first one") {
  SeriesKeeper keeper("sort");
  keeper.add(0, usage(100, 4096), {});
  keeper.add(20, usage(115, 8192), {});
  const record::Series series = std::move(keeper).take();
  CHECK(series.name == "sort");
  CHECK(series.points[0].cpu_ms == 0);
  CHECK(series.points[1].cpu_ms == 15);
  CHECK(series.points[1].read_bytes == 4096U);
  CHECK_FALSE(series.points[1].memory_bytes);
  CHECK_FALSE(series.points[1].gpus);
}

TEST_CASE("when they are too many every second one goes, and later ones come half as often") {
  SeriesKeeper keeper("long", 20ms);
  double at = 0;
  for (; at < 10'000; at += static_cast<double>(keeper.period().count())) keeper.add(at, usage(at, 0), {});
  CHECK(keeper.period() > 20ms);
  CHECK(keeper.period() < 1s);
  const record::Series series = std::move(keeper).take();
  CHECK(series.points.size() <= SeriesKeeper::kMostPoints);
  CHECK(series.points.front().at_ms == 0);
  CHECK(series.points.back().at_ms > 9'500);
}
