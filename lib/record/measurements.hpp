#pragma once
// Measurements: the record sandbox.measurements/1, how long the stages of a life and the
// commands of an image take, on which machine, and what became of it since a baseline.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

/// What the numbers depend on beside the image.
struct MachineFacts {
  std::string processor;  ///< its model
  std::uint64_t processors = 0;  ///< that we may use
  std::uint64_t memory_bytes = 0;
  std::string kernel;
  std::optional<double> load;  ///< of the last minute, before we began
  std::vector<std::string> gpus;  ///< their models
};

/// What samples say together.
struct Distribution {
  double median = 0, p90 = 0, p99 = 0, min = 0, max = 0;
  double mad = 0;              ///< the median distance from the median
  std::uint64_t outliers = 0;  ///< far from the median by that measure
};

/// One thing that was measured again and again.
struct MeasuredRow {
  std::string kind = "stage";  ///< stage; command: of the image or of the caller; machine: the same work of the host
  std::string name;
  std::string unit = "ms";     ///< ms or bytes
  std::vector<double> samples;  ///< in their order
  std::uint64_t warmup = 0;    ///< runs before those, not counted
  std::uint64_t failed = 0;    ///< of all of them; none of these is a sample
  std::optional<std::string> error;  ///< of the first that failed
  std::optional<Distribution> distribution;  ///< nothing: no sample
};

/// So many at once, without a pause.
struct SweepLevel {
  std::uint64_t concurrency = 1, runs = 0, failed = 0;
  std::optional<double> throughput_per_s, median_ms, p99_ms;
  std::optional<std::string> error;
};

struct GpuUse {
  double busy_percent = 0;
  std::uint64_t memory_bytes = 0;
};

/// What the sandbox used at a moment; nothing where nobody counts.
struct SeriesPoint {
  double at_ms = 0;
  double cpu_ms = 0;  ///< since the command began
  std::optional<std::uint64_t> memory_bytes, disk_bytes, read_bytes, written_bytes, processes;
  std::optional<std::vector<GpuUse>> gpus;  ///< of the whole machine
};

struct Series {
  std::string name;  ///< of the command
  double period_ms = 0;
  std::vector<SeriesPoint> points;
};

/// A row, and what it was in the baseline.
struct RowChange {
  static constexpr std::array<std::string_view, 8> kVerdicts = {"faster", "slower", "smaller", "larger", "no-change", "unsure", "new", "gone"};
  std::string kind, name;
  std::optional<double> ratio, low, high;  ///< of the medians, now to then, and the interval it is in
  std::string verdict;
  bool over = false;  ///< worse for certain, and by more than may be
};

/// Something else than then.
struct OtherCondition {
  std::string what, then, now;
};

struct Comparison {
  std::string baseline;  ///< the file
  std::string created;   ///< when that was measured
  std::vector<OtherCondition> differs;
  std::optional<double> fail_over;  ///< 0.1: ten percent
  std::vector<RowChange> rows;
};

struct MeasureNote {
  std::string about, text;
};

/// status: passed, or failed: something could not be measured, or is slower than it may be.
struct MeasureVerdict {
  std::string status = "passed", detail;

  bool passed() const { return status == "passed"; }
};

struct Measurements {
  static constexpr const char* kSchema = "sandbox.measurements/1";
  std::string image, image_digest;
  std::optional<std::string> engine;     ///< nothing: no stage says it
  std::optional<std::string> processor;  ///< of the engine vm: kvm or emulated
  std::string created;
  MachineFacts machine;
  std::uint64_t runs = 0;
  MeasureVerdict verdict;
  std::vector<MeasuredRow> rows;
  std::vector<SweepLevel> sweep;
  std::vector<Series> series;
  std::vector<MeasureNote> notes;
  std::optional<Comparison> comparison;
  Json from;
};

void to_json(Json& json, const MachineFacts& machine);
void from_json(const Json& json, MachineFacts& machine);
void to_json(Json& json, const Distribution& distribution);
void from_json(const Json& json, Distribution& distribution);
void to_json(Json& json, const MeasuredRow& row);
void from_json(const Json& json, MeasuredRow& row);
void to_json(Json& json, const SweepLevel& level);
void from_json(const Json& json, SweepLevel& level);
void to_json(Json& json, const GpuUse& use);
void from_json(const Json& json, GpuUse& use);
void to_json(Json& json, const SeriesPoint& point);
void from_json(const Json& json, SeriesPoint& point);
void to_json(Json& json, const Series& series);
void from_json(const Json& json, Series& series);
void to_json(Json& json, const RowChange& change);
void from_json(const Json& json, RowChange& change);
void to_json(Json& json, const OtherCondition& other);
void from_json(const Json& json, OtherCondition& other);
void to_json(Json& json, const Comparison& comparison);
void from_json(const Json& json, Comparison& comparison);
void to_json(Json& json, const MeasureNote& note);
void from_json(const Json& json, MeasureNote& note);
void to_json(Json& json, const MeasureVerdict& verdict);
void from_json(const Json& json, MeasureVerdict& verdict);
void to_json(Json& json, const Measurements& measurements);
void from_json(const Json& json, Measurements& measurements);

}  // namespace sandbox::record
