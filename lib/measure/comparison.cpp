#include "measure/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "measure/distribution.hpp"
#include "measure/ratio.hpp"

namespace sandbox::measure {

namespace {

using record::MeasuredRow;
using record::Measurements;
using record::RowChange;

constexpr std::string_view kMachine = "machine";

const MeasuredRow* row_like(const Measurements& measurements, const MeasuredRow& wanted) {
  const auto found = std::ranges::find_if(
      measurements.rows, [&](const MeasuredRow& row) { return row.kind == wanted.kind && row.name == wanted.name && row.unit == wanted.unit; });
  return found == measurements.rows.end() ? nullptr : &*found;
}

std::string word_for(Change change, const std::string& unit) {
  const bool is_time = unit == "ms";
  switch (change) {
    case Change::less: return is_time ? "faster" : "smaller";
    case Change::more: return is_time ? "slower" : "larger";
    case Change::none: return "no-change";
    case Change::unsure: break;
  }
  return "unsure";
}

/// Of what is 0 then and now there is no ratio, and no doubt.
bool is_nothing(const MeasuredRow& row) {
  return !row.samples.empty() && std::ranges::all_of(row.samples, [](double sample) { return sample == 0; });
}

/// Rows of now beside those of then.
class Pair {
 public:
  Pair(const Measurements& then, const Measurements& now, std::optional<double> fail_over)
      : then_(then), now_(now), fail_over_(fail_over), unminded_(std::min(kUnminded, fail_over.value_or(kUnminded))),
        compared_(static_cast<std::size_t>(std::ranges::count_if(now.rows, [&](const MeasuredRow& row) { return row_like(then, row) != nullptr; }))) {}

  RowChange change_of(const MeasuredRow& now) const {
    const MeasuredRow* const then = row_like(then_, now);
    RowChange change{now.kind, now.name, {}, {}, {}, then ? "unsure" : "new", false};
    if (!then) return change;
    if (const auto ratio = ratio_of({then->samples, now.samples}, compared_)) {
      change.ratio = ratio->ratio;
      change.low = ratio->low;
      change.high = ratio->high;
      const Change found = certain(*then, now, *ratio);
      change.verdict = word_for(found, now.unit);
      change.over = found == Change::more && now.kind != kMachine && fail_over_ && ratio->low > 1 + *fail_over_;
    } else if (is_nothing(*then) && is_nothing(now)) {
      change.verdict = "no-change";
    }
    return change;
  }

 private:
  Change certain(const MeasuredRow& then, const MeasuredRow& now, const Ratio& ratio) const {
    if (!are_enough(then.samples.size(), now.samples.size(), compared_)) return Change::unsure;
    const Change found = measure::change_of(ratio, unminded_);
    if (found == Change::none || now.kind == kMachine || now.unit != "ms") return found;
    const MeasuredRow wanted{std::string(kMachine), yardstick_name(now.kind, now.name.ends_with(kProcessorTime) ? Time::processor : Time::wall), "ms", {}, 0, 0, {}, {}};
    const MeasuredRow *const machine_then = row_like(then_, wanted), *const machine_now = row_like(now_, wanted);
    if (!machine_then || !machine_now) return found;
    const auto left = ratio_beside({then.samples, now.samples}, {machine_then->samples, machine_now->samples}, compared_);
    return left && measure::change_of(*left, unminded_) != found ? Change::unsure : found;
  }

  const Measurements &then_, &now_;
  std::optional<double> fail_over_;
  double unminded_;
  std::size_t compared_;
};

/// Of at least one sample.
std::string median_text(const MeasuredRow& row) { return fmt::format("{:.2f} {}", median(row.samples), row.unit); }

class Differences {
 public:
  void check(const char* what, const std::string& then, const std::string& now) {
    if (then != now) all_.push_back({what, then, now});
  }
  std::vector<record::OtherCondition> all() && { return std::move(all_); }

 private:
  std::vector<record::OtherCondition> all_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string engine_of(const Measurements& measurements) {
  return measurements.engine.value_or("unknown") + (measurements.processor ? ", " + *measurements.processor : "");
}

std::vector<record::OtherCondition> differences(const Measurements& then, const Measurements& now) {
  Differences found;
  found.check("image", then.image, now.image);
  if (then.image == now.image) found.check("image digest", then.image_digest, now.image_digest);
  if (then.engine && now.engine) found.check("engine", engine_of(then), engine_of(now));
  found.check("processor", then.machine.processor, now.machine.processor);
  found.check("processors", fmt::format("{}", then.machine.processors), fmt::format("{}", now.machine.processors));
  found.check("memory", size_text(then.machine.memory_bytes), size_text(now.machine.memory_bytes));
  found.check("kernel", then.machine.kernel, now.machine.kernel);
  found.check("gpus", joined(then.machine.gpus), joined(now.machine.gpus));
  return std::move(found).all();
}

}  // namespace

std::string yardstick_name(std::string_view kind, Time time) { return fmt::format("machine beside {}s{}", kind, time == Time::processor ? kProcessorTime : ""); }

record::Comparison compare(const Measurements& then, const Measurements& now, const std::string& file, std::optional<double> fail_over) {
  record::Comparison comparison{file, then.created, differences(then, now), fail_over, {}};
  const Pair pair(then, now, fail_over);
  for (const MeasuredRow& row : now.rows) {
    comparison.rows.push_back(pair.change_of(row));
    const RowChange& change = comparison.rows.back();
    if (row.kind == kMachine && (change.verdict == "slower" || change.verdict == "faster"))
      comparison.differs.push_back({"speed of the " + row.name, median_text(*row_like(then, row)), median_text(row)});
  }
  for (const MeasuredRow& row : then.rows)
    if (!row_like(now, row)) comparison.rows.push_back({row.kind, row.name, {}, {}, {}, "gone", false});
  return comparison;
}

record::MeasureVerdict verdict_of(const Measurements& measurements) {
  std::string failed, over;
  for (const MeasuredRow& row : measurements.rows)
    if (row.failed > 0) failed += (failed.empty() ? "" : ", ") + row.name;
  for (const record::SweepLevel& level : measurements.sweep)
    if (level.failed > 0) failed += fmt::format("{}{} at once", failed.empty() ? "" : ", ", level.concurrency);
  if (measurements.comparison)
    for (const RowChange& change : measurements.comparison->rows)
      if (change.over) over += fmt::format("{}{} ({})", over.empty() ? "" : ", ", change.name, change.verdict);
  if (failed.empty() && over.empty()) return {};
  std::string detail = failed.empty() ? "" : "failed: " + failed;
  if (!over.empty()) detail += (detail.empty() ? "over the limit: " : "; over the limit: ") + over;
  return {"failed", detail};
}

std::string ratio_text(const RowChange& change) {
  if (!change.ratio || !change.low || !change.high) return "-";
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", *change.ratio, *change.low, *change.high);
}

}  // namespace sandbox::measure
