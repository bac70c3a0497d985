#include "histogram.hpp"

#include <algorithm>
#include <numeric>

namespace sandbox::tool {

void Histogram::observe(double seconds) {
  constexpr double kLongest = 1e8;  // three years: what is longer is damage
  const auto bound = std::ranges::lower_bound(bounds_, seconds);
  ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
  nanoseconds_ += static_cast<std::uint64_t>(std::clamp(seconds, 0.0, kLongest) * 1e9 + 0.5);
}

std::vector<std::uint64_t> Histogram::cumulated() const {
  std::vector<std::uint64_t> all(counts_.size());
  std::partial_sum(counts_.begin(), counts_.end(), all.begin());
  return all;
}

}  // namespace sandbox::tool
