#pragma once
// Distribution: what repeated measurements say together. Nearest-rank percentiles, so that each
// is a value that was measured; the spread by medians, so that one disturbance does not hide others.
#include <optional>
#include <vector>

#include "record/measurements.hpp"

namespace sandbox::measure {

/// Of at least one value.
double median(std::vector<double> values);

/// The smallest value that is no less than `share` (0 to 1) of all; of at least one.
double percentile(std::vector<double> values, double share);

/// Nothing of no samples.
std::optional<record::Distribution> distribution_of(const std::vector<double>& samples);

/// True when so many samples are far from the rest that the machine was busy with something else.
bool is_disturbed(const record::Distribution& distribution, std::size_t samples);

}  // namespace sandbox::measure
