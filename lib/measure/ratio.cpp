#include "measure/ratio.hpp"

#include <random>

#include "measure/distribution.hpp"

namespace sandbox::measure {

namespace {

constexpr std::size_t kDraws = 2000;
constexpr double kLow = 0.005, kHigh = 0.995;
constexpr std::uint64_t kSeed = 20261120;

class Drawing {
 public:
  /// As many as there are, each any of them.
  double median_of(const std::vector<double>& samples) {
    drawn_.clear();
    // The remainder, not a distribution of the library: those differ from one library to another.
    for (std::size_t i = 0; i < samples.size(); ++i) drawn_.push_back(samples[chance_() % samples.size()]);
    return median(drawn_);
  }

 private:
  std::mt19937_64 chance_{kSeed};
  std::vector<double> drawn_;
};

}  // namespace

std::optional<Ratio> ratio_of(const std::vector<double>& then, const std::vector<double>& now) {
  if (then.empty() || now.empty() || median(then) <= 0) return std::nullopt;
  Drawing drawing;
  std::vector<double> ratios;
  while (ratios.size() < kDraws) {
    const double before = drawing.median_of(then), after = drawing.median_of(now);
    if (before <= 0) return std::nullopt;
    ratios.push_back(after / before);
  }
  return Ratio{median(now) / median(then), percentile(ratios, kLow), percentile(ratios, kHigh)};
}

Change change_of(const Ratio& ratio, double unminded) {
  if (ratio.low > 1) return Change::more;
  if (ratio.high < 1) return Change::less;
  const bool within = ratio.high <= 1 + unminded && ratio.low >= 1 / (1 + unminded);
  return within ? Change::none : Change::unsure;
}

}  // namespace sandbox::measure
