// When two sets of samples differ for certain, and when nobody can tell.
#include "measure/ratio.hpp"

#include <random>

#include "catch.hpp"

using namespace sandbox::measure;

namespace {

/// A machine that is busy now and then: most are near, some are far above.
std::vector<double> noisy(double around, std::uint64_t seed, std::size_t count = 30) {
  std::mt19937_64 chance(seed);
  std::vector<double> samples;
  for (std::size_t i = 0; i < count; ++i) {
    const double spread = static_cast<double>(chance() % 1000) / 1000;
    samples.push_back(around * (1 + 0.05 * spread + (chance() % 10 == 0 ? 1.0 : 0)));
  }
  return samples;
}

std::optional<Ratio> of(const std::vector<double>& then, const std::vector<double>& now, std::size_t among = 1) { return ratio_of({then, now}, among); }

}  // namespace

TEST_CASE("noise alone is no change") {
  int told = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto ratio = of(noisy(10, seed), noisy(10, seed + 1000));
    REQUIRE(ratio);
    if (change_of(*ratio) != Change::none) ++told;
  }
  CHECK(told <= 2);  // an interval of 99 in 100
}

TEST_CASE("of many rows compared at once hardly ever one is told from the same by chance") {
  // Bounds that take each row for the only one tell one in several of these.
  constexpr std::size_t kRows = 13, kSamples = 8;
  int told = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    bool any = false;
    for (std::uint64_t row = 0; row < kRows; ++row) {
      const std::uint64_t unlike = 1000 * seed + row;
      any |= change_of(*of(noisy(10, unlike, kSamples), noisy(10, unlike + 500, kSamples), kRows), 0) != Change::unsure;
    }
    told += any;
  }
  CHECK(told <= 2);
}

TEST_CASE("the more rows are compared, the more samples tell them apart") {
  CHECK_FALSE(are_enough(4, 4));
  CHECK(are_enough(5, 5));
  CHECK_FALSE(are_enough(5, 5, 13));
  CHECK(are_enough(7, 7, 13));
  CHECK_FALSE(are_enough(0, 100));
  CHECK_FALSE(are_enough(1, 20));
  CHECK(are_enough(1000, 1000, 1000));
}

TEST_CASE("a change that nobody minds is none, however certain it is") {
  CHECK(change_of({1.05, 1.04, 1.06}) == Change::none);
  CHECK(change_of({0.95, 0.94, 0.96}) == Change::none);
  CHECK(change_of({1.05, 1.04, 1.06}, 0) == Change::more);
  CHECK(change_of({0.95, 0.94, 0.96}, 0.02) == Change::less);
  CHECK(change_of({1.08, 1.04, 1.15}) == Change::unsure);
  CHECK(change_of({1.5, 0.9, 2.5}) == Change::unsure);
  CHECK(change_of({1.2, 1.05, 1.3}) == Change::unsure);
  CHECK(change_of({1.2, 1.11, 1.3}) == Change::more);
  CHECK(change_of({0.8, 0.7, 0.9}) == Change::less);
}

TEST_CASE("what others changed by, too, is taken out") {
  const auto then = noisy(10, 1), now = noisy(20, 2), machine_then = noisy(4, 3), machine_now = noisy(8, 4), steady = noisy(4, 5);
  CHECK(change_of(*ratio_beside({then, now}, {machine_then, machine_now})) == Change::none);
  CHECK(change_of(*ratio_beside({then, now}, {machine_then, steady})) == Change::more);
  CHECK(change_of(*ratio_beside({then, then}, {machine_then, machine_now})) == Change::less);
  const std::vector<double> none, zeros = {0, 0, 0};
  CHECK_FALSE(ratio_beside({then, now}, {machine_then, none}));
  CHECK_FALSE(ratio_beside({then, now}, {machine_then, zeros}));
}

TEST_CASE("what is a quarter slower, or faster, is told from noise") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CHECK(change_of(*of(noisy(10, seed), noisy(12.5, seed + 1000))) == Change::more);
    CHECK(change_of(*of(noisy(12.5, seed), noisy(10, seed + 1000))) == Change::less);
  }
}

TEST_CASE("samples that scatter too much say nothing") {
  const std::vector<double> then = {1, 20, 3, 18, 5, 15}, now = {2, 25, 4, 16, 6, 12};
  CHECK(change_of(*of(then, now)) == Change::unsure);
}

TEST_CASE("the same samples give the same bounds, and equal ones a ratio of 1") {
  const auto samples = noisy(10, 7);
  const auto one = of(samples, samples), other = of(samples, samples);
  CHECK(one->ratio == 1);
  CHECK(one->low == other->low);
  CHECK(one->high == other->high);
  CHECK(one->low <= 1);
  CHECK(one->high >= 1);
}

TEST_CASE("of nothing there is no ratio") {
  CHECK_FALSE(of({}, {1}));
  CHECK_FALSE(of({1}, {}));
  CHECK_FALSE(of({0, 0, 0}, {1, 1, 1}));
}
