#pragma once
// Ratio: how much larger the median of some samples is than that of others, and between which
// bounds it certainly is. The bounds come from a bootstrap: both sets are drawn from again and
// again, and the middle 99 in 100 of the ratios are kept. The same samples give the same bounds.
// Not known from samples alone: whether the machine itself was slower on one of the two days.
#include <optional>
#include <string_view>
#include <vector>

namespace sandbox::measure {

struct Ratio {
  double ratio = 1, low = 1, high = 1;
};

/// Nothing where there are no samples, or where a median is 0.
std::optional<Ratio> ratio_of(const std::vector<double>& then, const std::vector<double>& now);

/// Fewer samples than these are told apart by chance too often.
inline constexpr std::size_t kFewest = 5;

/// A ratio within this of 1 is no change that anybody minds, unless another limit is given.
inline constexpr double kUnminded = 0.1;

enum class Change { less, more, none, unsure };

/// `unminded`: the change within which all of the interval counts as none.
Change change_of(const Ratio& ratio, double unminded = kUnminded);

}  // namespace sandbox::measure
