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

}  // namespace

TEST_CASE("noise alone is no change") {
  int told = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto ratio = ratio_of(noisy(10, seed), noisy(10, seed + 1000));
    REQUIRE(ratio);
    if (change_of(*ratio) != Change::none) ++told;
  }
  CHECK(told <= 2);  // an interval of 99 in 100
}

TEST_CASE("what is a quarter slower, or faster, is told from noise") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CHECK(change_of(*ratio_of(noisy(10, seed), noisy(12.5, seed + 1000))) == Change::more);
    CHECK(change_of(*ratio_of(noisy(12.5, seed), noisy(10, seed + 1000))) == Change::less);
  }
}

TEST_CASE("samples that scatter too much say nothing") {
  const std::vector<double> then = {1, 20, 3, 18, 5, 15}, now = {2, 25, 4, 16, 6, 12};
  CHECK(change_of(*ratio_of(then, now)) == Change::unsure);
}

TEST_CASE("the same samples give the same bounds, and equal ones a ratio of 1") {
  const auto samples = noisy(10, 7);
  const auto one = ratio_of(samples, samples), other = ratio_of(samples, samples);
  CHECK(one->ratio == 1);
  CHECK(one->low == other->low);
  CHECK(one->high == other->high);
  CHECK(one->low <= 1);
  CHECK(one->high >= 1);
}

TEST_CASE("of nothing there is no ratio") {
  CHECK_FALSE(ratio_of({}, {1}));
  CHECK_FALSE(ratio_of({1}, {}));
  CHECK_FALSE(ratio_of({0, 0, 0}, {1, 1, 1}));
}
