// Rows beside those of a baseline.
#include "measure/comparison.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::MeasuredRow;
using record::Measurements;

namespace {

MeasuredRow row(const std::string& name, std::vector<double> samples, const std::string& unit = "ms") {
  MeasuredRow one;
  one.name = name;
  one.unit = unit;
  one.samples = std::move(samples);
  return one;
}

Measurements of(std::vector<MeasuredRow> rows) {
  Measurements all;
  all.image = "busybox";
  all.image_digest = "sha256:1";
  all.engine = "container";
  all.machine.processor = "a processor";
  all.rows = std::move(rows);
  return all;
}

const std::vector<double> kEight = {10, 10.1, 10.2, 9.9, 10, 10.1, 10, 10.2}, kSixteen = {20, 20.1, 20.2, 19.9, 20, 20.1, 20, 20.2};
const std::vector<double> kTen = {10, 10.1, 10.2, 9.9, 10, 10.1}, kTwenty = {20, 20.1, 20.2, 19.9, 20, 20.1};

record::RowChange only(const std::vector<double>& then, const std::vector<double>& now, std::optional<double> fail_over, const std::string& unit = "ms") {
  return measure::compare(of({row("exec", then, unit)}), of({row("exec", now, unit)}), "then", fail_over).rows.at(0);
}

}  // namespace

TEST_CASE("twice as slow is slower, and over a limit of ten percent but not of two hundred") {
  CHECK(only(kTen, kTwenty, 0.1).verdict == "slower");
  CHECK(only(kTen, kTwenty, 0.1).over);
  CHECK(only(kTen, kTwenty, 2).verdict == "slower");
  CHECK_FALSE(only(kTen, kTwenty, 2).over);
  CHECK_FALSE(only(kTen, kTwenty, {}).over);
  CHECK(only(kTwenty, kTen, 0.1).verdict == "faster");
  CHECK_FALSE(only(kTwenty, kTen, 0.1).over);
}

TEST_CASE("bytes become larger, not slower") {
  CHECK(only(kTen, kTwenty, 0.1, "bytes").verdict == "larger");
  CHECK(only(kTwenty, kTen, 0.1, "bytes").verdict == "smaller");
}

TEST_CASE("the same is no change, and too few samples say nothing") {
  CHECK(only(kTen, kTen, 0.1).verdict == "no-change");
  CHECK(only({10, 10}, {20, 20}, 0.1).verdict == "unsure");
  CHECK(only({0, 0, 0}, {0, 0, 0}, 0.1).verdict == "no-change");
  CHECK(only({0, 0, 0}, {1, 1, 1}, 0.1).verdict == "unsure");
}

TEST_CASE("rows that are new or gone are said") {
  const auto rows = measure::compare(of({row("a", kTen), row("b", kTen)}), of({row("b", kTen), row("c", kTen)}), "then", {}).rows;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].verdict == "no-change");
  CHECK(rows[1].verdict == "new");
  CHECK(rows[2].name == "a");
  CHECK(rows[2].verdict == "gone");
}

TEST_CASE("what has changed no more than the machine itself is unsure, and the machine is never over") {
  const auto beside = [](const std::vector<double>& samples, const std::string& kind) {
    MeasuredRow machine = row(measure::yardstick_name(kind), samples);
    machine.kind = "machine";
    return machine;
  };
  const auto comparison = [&](const std::vector<double>& exec, const std::vector<double>& machine, const std::string& kind = "stage") {
    return measure::compare(of({row("exec", kEight), beside(kEight, kind)}), of({row("exec", exec), beside(machine, kind)}), "then", 0.1);
  };
  const auto busy = comparison(kSixteen, kSixteen);
  CHECK(busy.rows[0].verdict == "unsure");
  CHECK_FALSE(busy.rows[0].over);
  CHECK(busy.rows[1].verdict == "slower");
  CHECK_FALSE(busy.rows[1].over);
  REQUIRE(busy.differs.size() == 1);
  CHECK(busy.differs[0].what == "speed of the machine beside stages");
  CHECK(busy.differs[0].then == "10.05 ms");
  const auto steady = comparison(kSixteen, kEight);
  CHECK(steady.rows[0].over);
  CHECK(steady.differs.empty());
  // What was measured in other minutes says nothing of these.
  CHECK(comparison(kSixteen, kSixteen, "command").rows[0].over);
}

TEST_CASE("a limit that is wide hides no change, and one that is narrow finds a small one") {
  CHECK(only({10, 10.1, 10.2, 9.9, 10}, {15, 15.1, 15.2, 14.9, 15}, 2).verdict == "slower");
  const auto small = only({10, 10.01, 10.02, 9.99, 10}, {10.5, 10.51, 10.52, 10.49, 10.5}, 0.02);
  CHECK(small.verdict == "slower");
  CHECK(small.over);
  CHECK(only({10, 10.01, 10.02, 9.99, 10}, {10.5, 10.51, 10.52, 10.49, 10.5}, {}).verdict == "no-change");
}

TEST_CASE("another machine, engine or image is said") {
  Measurements now = of({});
  CHECK(measure::compare(of({}), now, "then", {}).differs.empty());
  now.engine = "vm";
  now.processor = "emulated";
  now.machine.processor = "another";
  now.image_digest = "sha256:2";
  const auto differs = measure::compare(of({}), now, "then", {}).differs;
  REQUIRE(differs.size() == 3);
  CHECK(differs[0].what == "image digest");
  CHECK(differs[1].now == "vm, emulated");
  CHECK(differs[2].then == "a processor");
}

TEST_CASE("the verdict names what failed, and what is over the limit") {
  Measurements now = of({row("exec", kTwenty), row("launch", {})});
  CHECK(measure::verdict_of(now).passed());
  now.rows[1].failed = 1;
  CHECK(measure::verdict_of(now).detail == "failed: launch");
  now.comparison = measure::compare(of({row("exec", kTen)}), now, "then", 0.1);
  CHECK(measure::verdict_of(now).detail == "failed: launch; over the limit: exec (slower)");
}
