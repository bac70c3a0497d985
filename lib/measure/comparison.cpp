#include "measure/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "measure/ratio.hpp"

namespace sandbox::measure {

namespace {

using record::MeasuredRow;
using record::Measurements;
using record::RowChange;

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

RowChange change_between(const MeasuredRow& then, const MeasuredRow& now, std::optional<double> fail_over) {
  RowChange change{now.kind, now.name, {}, {}, {}, "unsure", false};
  if (const auto ratio = ratio_of(then.samples, now.samples)) {
    change.ratio = ratio->ratio;
    change.low = ratio->low;
    change.high = ratio->high;
    const bool are_enough = std::min(then.samples.size(), now.samples.size()) >= kFewest;
    const Change found = are_enough ? change_of(*ratio, fail_over.value_or(kUnminded)) : Change::unsure;
    change.verdict = word_for(found, now.unit);
    change.over = found == Change::more && fail_over && ratio->ratio > 1 + *fail_over;
  } else if (is_nothing(then) && is_nothing(now)) {
    change.verdict = "no-change";
  }
  return change;
}

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

record::Comparison compare(const Measurements& then, const Measurements& now, const std::string& file, std::optional<double> fail_over) {
  record::Comparison comparison{file, then.created, differences(then, now), fail_over, {}};
  for (const MeasuredRow& row : now.rows) {
    const MeasuredRow* before = row_like(then, row);
    comparison.rows.push_back(before ? change_between(*before, row, fail_over) : RowChange{row.kind, row.name, {}, {}, {}, "new", false});
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
