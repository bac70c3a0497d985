#pragma once
// Series: what a sandbox used while a command ran, in no more points than can be looked at. When
// they become too many, every second one goes, and the next ones are taken half as often.
#include <chrono>
#include <optional>
#include <string>

#include "record/measurements.hpp"
#include "record/usage.hpp"

namespace sandbox::measure {

class SeriesKeeper {
 public:
  static constexpr std::size_t kMostPoints = 240;

  explicit SeriesKeeper(std::string name, std::chrono::milliseconds period = std::chrono::milliseconds(20));

  std::chrono::milliseconds period() const { return period_; }

  /// `cpu_ms` of the usage counts from the sandbox's start; points count from the first of them.
  void add(double at_ms, const record::Usage& usage, std::optional<std::vector<record::GpuUse>> gpus);

  record::Series take() &&;

 private:
  void thin_out();
  record::Series series_;
  std::chrono::milliseconds period_;
  std::optional<record::Usage> first_;
};

}  // namespace sandbox::measure
