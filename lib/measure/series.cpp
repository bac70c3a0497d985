#include "measure/series.hpp"

namespace sandbox::measure {

namespace {

/// What was read or written since then; counters that went back count from 0.
std::optional<std::uint64_t> since(const std::optional<std::uint64_t>& then, const std::optional<std::uint64_t>& now) {
  if (!then || !now) return std::nullopt;
  return *now >= *then ? *now - *then : *now;
}

}  // namespace

SeriesKeeper::SeriesKeeper(std::string name, std::chrono::milliseconds period) : period_(period) { series_.name = std::move(name); }

void SeriesKeeper::add(double at_ms, const record::Usage& usage, std::optional<std::vector<record::GpuUse>> gpus) {
  if (!first_) first_ = usage;
  record::SeriesPoint point;
  point.at_ms = at_ms;
  point.cpu_ms = std::max(usage.cpu_ms - first_->cpu_ms, 0.0);
  point.memory_bytes = usage.memory_bytes;
  point.disk_bytes = usage.disk_bytes;
  point.read_bytes = since(first_->read_bytes, usage.read_bytes);
  point.written_bytes = since(first_->written_bytes, usage.written_bytes);
  point.processes = usage.processes;
  point.gpus = std::move(gpus);
  series_.points.push_back(std::move(point));
  if (series_.points.size() > kMostPoints) thin_out();
}

void SeriesKeeper::thin_out() {
  std::vector<record::SeriesPoint> kept;
  for (std::size_t i = 0; i < series_.points.size(); i += 2) kept.push_back(std::move(series_.points[i]));
  series_.points = std::move(kept);
  period_ *= 2;
}

record::Series SeriesKeeper::take() && {
  series_.period_ms = static_cast<double>(period_.count());
  return std::move(series_);
}

}  // namespace sandbox::measure
