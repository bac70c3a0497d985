#include "measure/ratio.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "measure/distribution.hpp"

namespace sandbox::measure {

namespace {

// Of 20 rows the bounds are still the third of all draws from either end.
constexpr std::size_t kDraws = 10'000;
constexpr double kDoubt = 0.01;
constexpr std::uint64_t kSeed = 20261120;

class Drawing {
 public:
  double ratio_of(const Samples& samples) {
    const double then = median_of(samples.then);
    return median_of(samples.now) / then;
  }

 private:
  /// As many as there are, each any of them.
  double median_of(const std::vector<double>& samples) {
    drawn_.clear();
    // The remainder, not a distribution of the library: those differ from one library to another.
    for (std::size_t i = 0; i < samples.size(); ++i) drawn_.push_back(samples[chance_() % samples.size()]);
    return median(drawn_);
  }

  std::mt19937_64 chance_{kSeed};
  std::vector<double> drawn_;
};

bool has_ratio(const Samples& samples) { return !samples.then.empty() && !samples.now.empty() && median(samples.then) > 0; }

double ratio_of_medians(const Samples& samples) { return median(samples.now) / median(samples.then); }

/// `draw` gives a ratio of what it draws; one that is not finite has a median of 0 in it.
template <class Draw>
std::optional<Ratio> bounded(double ratio, std::size_t among, const Draw& draw) {
  std::vector<double> ratios;
  ratios.reserve(kDraws);
  while (ratios.size() < kDraws) {
    ratios.push_back(draw());
    if (!std::isfinite(ratios.back())) return std::nullopt;
  }
  const double tail = kDoubt / 2 / static_cast<double>(std::max<std::size_t>(among, 1));
  return Ratio{ratio, percentile(ratios, tail), percentile(ratios, 1 - tail)};
}

}  // namespace

std::optional<Ratio> ratio_of(const Samples& samples, std::size_t among) {
  if (!has_ratio(samples)) return std::nullopt;
  Drawing drawing;
  return bounded(ratio_of_medians(samples), among, [&] { return drawing.ratio_of(samples); });
}

std::optional<Ratio> ratio_beside(const Samples& ours, const Samples& others, std::size_t among) {
  if (!has_ratio(ours) || !has_ratio(others) || median(others.now) <= 0) return std::nullopt;
  Drawing drawing;
  return bounded(ratio_of_medians(ours) / ratio_of_medians(others), among, [&] { return drawing.ratio_of(ours) / drawing.ratio_of(others); });
}

bool are_enough(std::size_t then, std::size_t now, std::size_t among) {
  // Of the same kind, and in any order: in two of so many orders all of one come before all others.
  double orders = 1;
  for (std::size_t i = 1; i <= std::min(then, now) && orders < 1e9; ++i)
    orders *= static_cast<double>(std::max(then, now) + i) / static_cast<double>(i);
  return 2 / orders <= kDoubt / static_cast<double>(std::max<std::size_t>(among, 1));
}

Change change_of(const Ratio& ratio, double unminded) {
  const double most = 1 + unminded, least = 1 / most;
  if (ratio.low > most) return Change::more;
  if (ratio.high < least) return Change::less;
  return ratio.high <= most && ratio.low >= least ? Change::none : Change::unsure;
}

}  // namespace sandbox::measure
