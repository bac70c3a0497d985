#pragma once
// Histogram: how many times were at most as long as each bound, and their sum. It is kept in
// whole nanoseconds: added in another order it is the same, and never a bit smaller than before,
// which Prometheus would take for a counter that begins anew.
#include <cstdint>
#include <span>
#include <vector>

namespace sandbox::tool {

class Histogram {
 public:
  /// The bounds ascend; they must outlive it.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double seconds);

  /// For each bound how many were at most as long; the last number is of all.
  std::vector<std::uint64_t> cumulated() const;
  double sum() const { return static_cast<double>(nanoseconds_) / 1e9; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t nanoseconds_ = 0;
};

}  // namespace sandbox::tool
