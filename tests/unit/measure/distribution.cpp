// What samples say together.
#include "measure/distribution.hpp"

#include "catch.hpp"

using namespace sandbox::measure;

TEST_CASE("the median is in the middle, of an even number between the two") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(median({7}) == 7);
}

TEST_CASE("a percentile is a value that was measured") {
  std::vector<double> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(i);
  CHECK(percentile(hundred, 0.9) == 90);
  CHECK(percentile(hundred, 0.99) == 99);
  CHECK(percentile(hundred, 1) == 100);
  CHECK(percentile(hundred, 0) == 1);
  CHECK(percentile({5, 9}, 0.99) == 9);
}

TEST_CASE("of no samples there is no distribution") { CHECK_FALSE(distribution_of({})); }

TEST_CASE("what is far from the median is counted, and does not move it") {
  const auto all = distribution_of({10, 11, 10, 12, 9, 10, 11, 9, 10, 500});
  CHECK(all->median == 10);
  CHECK(all->outliers == 1);
  CHECK(all->max == 500);
  CHECK(all->min == 9);
  CHECK_FALSE(is_disturbed(*all, 10));
  CHECK(is_disturbed(*all, 9));
}

TEST_CASE("where most are the same, another one is still seen to be far") {
  CHECK(distribution_of({5, 5, 5, 5, 5, 5, 5, 5, 5, 80})->outliers == 1);
  CHECK(distribution_of({5, 5, 5, 5})->outliers == 0);
}
