#include "measure/distribution.hpp"

#include <algorithm>
#include <cmath>

namespace sandbox::measure {

namespace {

// Iglewicz and Hoaglin: how a distance from the median compares with the usual one; beyond 3.5 it
// is far. The factors make both measures those of a normal distribution.
constexpr double kFar = 3.5, kOfMad = 1.4826, kOfMeanDistance = 1.2533;
constexpr double kManyOutliers = 0.1;

std::vector<double> distances(const std::vector<double>& samples, double from) {
  std::vector<double> all;
  for (const double sample : samples) all.push_back(std::abs(sample - from));
  return all;
}

/// Where more than half are the same, the median distance is 0 and says nothing of the others.
double usual_distance(const std::vector<double>& distances, double mad) {
  if (mad > 0) return kOfMad * mad;
  double sum = 0;
  for (const double distance : distances) sum += distance;
  return kOfMeanDistance * sum / static_cast<double>(distances.size());
}

}  // namespace

double median(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(middle));
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle] + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle))) / 2;
}

double percentile(std::vector<double> values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const std::size_t index = std::min(values.size(), std::max<std::size_t>(rank, 1)) - 1;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(index));
  return values[index];
}

std::optional<record::Distribution> distribution_of(const std::vector<double>& samples) {
  if (samples.empty()) return std::nullopt;
  record::Distribution all;
  all.median = median(samples);
  all.p90 = percentile(samples, 0.90);
  all.p99 = percentile(samples, 0.99);
  all.min = std::ranges::min(samples);
  all.max = std::ranges::max(samples);
  const std::vector<double> far = distances(samples, all.median);
  all.mad = median(far);
  const double usual = usual_distance(far, all.mad);
  all.outliers = static_cast<std::uint64_t>(std::ranges::count_if(far, [&](double distance) { return distance > kFar * usual; }));
  return all;
}

bool is_disturbed(const record::Distribution& distribution, std::size_t samples) {
  return static_cast<double>(distribution.outliers) > kManyOutliers * static_cast<double>(samples);
}

}  // namespace sandbox::measure
