#include "record/measurements.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const MachineFacts& machine) {
  json = {{"processor", machine.processor}, {"processors", machine.processors}, {"memory_bytes", machine.memory_bytes},
          {"kernel", machine.kernel},       {"load", or_null(machine.load)},    {"gpus", machine.gpus}};
}

void from_json(const Json& json, MachineFacts& machine) {
  machine.processor = field<std::string>(json, "processor");
  machine.processors = field<std::uint64_t>(json, "processors");
  machine.memory_bytes = field<std::uint64_t>(json, "memory_bytes");
  machine.kernel = field<std::string>(json, "kernel");
  machine.load = field_if<double>(json, "load");
  machine.gpus = field<std::vector<std::string>>(json, "gpus");
}

void to_json(Json& json, const Distribution& distribution) {
  json = {{"median", distribution.median}, {"p90", distribution.p90}, {"p99", distribution.p99}, {"min", distribution.min},
          {"max", distribution.max},       {"mad", distribution.mad}, {"outliers", distribution.outliers}};
}

void from_json(const Json& json, Distribution& distribution) {
  distribution.median = field<double>(json, "median");
  distribution.p90 = field<double>(json, "p90");
  distribution.p99 = field<double>(json, "p99");
  distribution.min = field<double>(json, "min");
  distribution.max = field<double>(json, "max");
  distribution.mad = field<double>(json, "mad");
  distribution.outliers = field<std::uint64_t>(json, "outliers");
}

void to_json(Json& json, const MeasuredRow& row) {
  json = {{"kind", row.kind},     {"name", row.name},     {"unit", row.unit},
          {"n", row.samples.size()}, {"warmup", row.warmup}, {"failed", row.failed},
          {"error", or_null(row.error)}, {"distribution", or_null(row.distribution)}, {"samples", row.samples}};
}

void from_json(const Json& json, MeasuredRow& row) {
  row.kind = field<std::string>(json, "kind");
  row.name = field<std::string>(json, "name");
  row.unit = field<std::string>(json, "unit");
  row.warmup = field<std::uint64_t>(json, "warmup");
  row.failed = field<std::uint64_t>(json, "failed");
  row.error = field_if<std::string>(json, "error");
  row.distribution = field_if<Distribution>(json, "distribution");
  row.samples = field<std::vector<double>>(json, "samples");
}

void to_json(Json& json, const SweepLevel& level) {
  json = {{"concurrency", level.concurrency},
          {"runs", level.runs},
          {"failed", level.failed},
          {"throughput_per_s", or_null(level.throughput_per_s)},
          {"median_ms", or_null(level.median_ms)},
          {"p99_ms", or_null(level.p99_ms)},
          {"error", or_null(level.error)}};
}

void from_json(const Json& json, SweepLevel& level) {
  level.concurrency = field<std::uint64_t>(json, "concurrency");
  level.runs = field<std::uint64_t>(json, "runs");
  level.failed = field<std::uint64_t>(json, "failed");
  level.throughput_per_s = field_if<double>(json, "throughput_per_s");
  level.median_ms = field_if<double>(json, "median_ms");
  level.p99_ms = field_if<double>(json, "p99_ms");
  level.error = field_if<std::string>(json, "error");
}

void to_json(Json& json, const GpuUse& use) { json = {{"busy_percent", use.busy_percent}, {"memory_bytes", use.memory_bytes}}; }

void from_json(const Json& json, GpuUse& use) {
  use.busy_percent = field<double>(json, "busy_percent");
  use.memory_bytes = field<std::uint64_t>(json, "memory_bytes");
}

void to_json(Json& json, const SeriesPoint& point) {
  json = {{"at_ms", point.at_ms},
          {"cpu_ms", point.cpu_ms},
          {"memory_bytes", or_null(point.memory_bytes)},
          {"disk_bytes", or_null(point.disk_bytes)},
          {"read_bytes", or_null(point.read_bytes)},
          {"written_bytes", or_null(point.written_bytes)},
          {"processes", or_null(point.processes)},
          {"gpus", or_null(point.gpus)}};
}

void from_json(const Json& json, SeriesPoint& point) {
  point.at_ms = field<double>(json, "at_ms");
  point.cpu_ms = field<double>(json, "cpu_ms");
  point.memory_bytes = field_if<std::uint64_t>(json, "memory_bytes");
  point.disk_bytes = field_if<std::uint64_t>(json, "disk_bytes");
  point.read_bytes = field_if<std::uint64_t>(json, "read_bytes");
  point.written_bytes = field_if<std::uint64_t>(json, "written_bytes");
  point.processes = field_if<std::uint64_t>(json, "processes");
  point.gpus = field_if<std::vector<GpuUse>>(json, "gpus");
}

void to_json(Json& json, const Series& series) {
  json = {{"name", series.name}, {"period_ms", series.period_ms}, {"points", series.points}};
}

void from_json(const Json& json, Series& series) {
  series.name = field<std::string>(json, "name");
  series.period_ms = field<double>(json, "period_ms");
  series.points = field<std::vector<SeriesPoint>>(json, "points");
}

void to_json(Json& json, const RowChange& change) {
  json = {{"kind", change.kind},          {"name", change.name},          {"ratio", or_null(change.ratio)}, {"low", or_null(change.low)},
          {"high", or_null(change.high)}, {"verdict", change.verdict}, {"over", change.over}};
}

void from_json(const Json& json, RowChange& change) {
  change.kind = field<std::string>(json, "kind");
  change.name = field<std::string>(json, "name");
  change.ratio = field_if<double>(json, "ratio");
  change.low = field_if<double>(json, "low");
  change.high = field_if<double>(json, "high");
  change.verdict = field<std::string>(json, "verdict");
  change.over = field<bool>(json, "over");
}

void to_json(Json& json, const OtherCondition& other) { json = {{"what", other.what}, {"then", other.then}, {"now", other.now}}; }

void from_json(const Json& json, OtherCondition& other) {
  other.what = field<std::string>(json, "what");
  other.then = field<std::string>(json, "then");
  other.now = field<std::string>(json, "now");
}

void to_json(Json& json, const Comparison& comparison) {
  json = {{"baseline", comparison.baseline},
          {"created", comparison.created},
          {"differs", comparison.differs},
          {"fail_over", or_null(comparison.fail_over)},
          {"rows", comparison.rows}};
}

void from_json(const Json& json, Comparison& comparison) {
  comparison.baseline = field<std::string>(json, "baseline");
  comparison.created = field<std::string>(json, "created");
  comparison.differs = field<std::vector<OtherCondition>>(json, "differs");
  comparison.fail_over = field_if<double>(json, "fail_over");
  comparison.rows = field<std::vector<RowChange>>(json, "rows");
}

void to_json(Json& json, const MeasureNote& note) { json = {{"about", note.about}, {"text", note.text}}; }

void from_json(const Json& json, MeasureNote& note) {
  note.about = field<std::string>(json, "about");
  note.text = field<std::string>(json, "text");
}

void to_json(Json& json, const MeasureVerdict& verdict) { json = {{"status", verdict.status}, {"detail", verdict.detail}}; }

void from_json(const Json& json, MeasureVerdict& verdict) {
  verdict.status = field<std::string>(json, "status");
  verdict.detail = field<std::string>(json, "detail");
}

void to_json(Json& json, const Measurements& measurements) {
  json = {{"schema", Measurements::kSchema},
          {"image", measurements.image},
          {"image_digest", measurements.image_digest},
          {"engine", or_null(measurements.engine)},
          {"processor", or_null(measurements.processor)},
          {"created", measurements.created},
          {"machine", measurements.machine},
          {"runs", measurements.runs},
          {"verdict", measurements.verdict},
          {"rows", measurements.rows},
          {"sweep", measurements.sweep},
          {"series", measurements.series},
          {"notes", measurements.notes},
          {"comparison", or_null(measurements.comparison)},
          {"from", measurements.from}};
}

void from_json(const Json& json, Measurements& measurements) {
  measurements.image = field<std::string>(json, "image");
  measurements.image_digest = field<std::string>(json, "image_digest");
  measurements.engine = field_if<std::string>(json, "engine");
  measurements.processor = field_if<std::string>(json, "processor");
  measurements.created = field<std::string>(json, "created");
  measurements.machine = field<MachineFacts>(json, "machine");
  measurements.runs = field<std::uint64_t>(json, "runs");
  measurements.verdict = field<MeasureVerdict>(json, "verdict");
  measurements.rows = field<std::vector<MeasuredRow>>(json, "rows");
  measurements.sweep = field<std::vector<SweepLevel>>(json, "sweep");
  measurements.series = field<std::vector<Series>>(json, "series");
  measurements.notes = field<std::vector<MeasureNote>>(json, "notes");
  measurements.comparison = field_if<Comparison>(json, "comparison");
  measurements.from = from_of(json);
}

}  // namespace sandbox::record
