#pragma once
// Ratio: how much larger the median of some samples is than that of others, and between which
// bounds it certainly is. The bounds come from a bootstrap: both sets are drawn from again and
// again, and the middle 99 in 100 of the ratios are kept. Of many rows that are compared at once
// more are kept of each, so that in 99 of 100 comparisons no row at all is told apart by chance.
// The same samples give the same bounds.
// Not known from samples alone: whether the machine itself was slower on one of the two days;
// comparison.hpp has a row for that.
#include <optional>
#include <string_view>
#include <vector>

namespace sandbox::measure {

struct Ratio {
  double ratio = 1, low = 1, high = 1;
};

/// Borrowed.
struct Samples {
  const std::vector<double>&then, &now;
};

/// `among`: so many rows are compared at once. Nothing where there are no samples, or where a
/// median may be 0.
std::optional<Ratio> ratio_of(const Samples& samples, std::size_t among = 1);

/// What is left of a ratio when that of others, which were measured beside them, is taken out of it.
std::optional<Ratio> ratio_beside(const Samples& ours, const Samples& others, std::size_t among = 1);

/// False when so few samples lie all on one side of the others by chance too often.
bool are_enough(std::size_t then, std::size_t now, std::size_t among = 1);

/// A ratio within this of 1 is no change that anybody minds, unless a smaller limit is given.
inline constexpr double kUnminded = 0.1;

enum class Change { less, more, none, unsure };

/// What all of the interval says; `unminded`: a change within it counts as none. Two runs of the
/// same differ by some percent on most machines, which no number of samples in one of them shows.
Change change_of(const Ratio& ratio, double unminded = kUnminded);

}  // namespace sandbox::measure
