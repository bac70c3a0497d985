#include "cost.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "record/fields.hpp"
#include "record/usage.hpp"
#include "record/verdict.hpp"

namespace sandbox::tool {

namespace {

using record::field_if;

template <class T>
std::optional<T> larger(const std::optional<T>& a, const std::optional<T>& b) {
  return !a ? b : !b ? a : std::max(*a, *b);
}

double milliseconds_between(const std::string& begin, WallTime end) {
  return std::max(0.0, static_cast<double>((end - parse_rfc3339(begin)).count()));
}

}  // namespace

void Costs::add(const record::Entry& entry) {
  if (!entry.sandbox || (entry.kind != "launch" && entry.kind != "command" && entry.kind != "end")) return;
  Life& life = lives_[*entry.sandbox];
  const Json& event = entry.event;
  try {
    if (entry.kind == "launch") {
      life.begin = entry.time;
      life.labels = field_if<std::map<std::string, std::string>>(event, "labels").value_or(life.labels);
    } else if (const auto usage = field_if<record::Usage>(event, "usage"); entry.kind == "end") {
      life.end = entry.time;
      if (usage) life.wall_ms = usage->wall_ms, life.cpu_ms = usage->cpu_ms;
      if (usage) life.peak_bytes = larger(life.peak_bytes, usage->peak_bytes);
    } else {
      const auto verdict = field_if<record::Verdict>(event, "verdict");
      ++life.commands;
      if (verdict && !verdict->succeeded()) ++life.failed;
      if (usage) life.commands_cpu_ms += usage->cpu_ms;
      if (usage) life.peak_bytes = larger(life.peak_bytes, usage->peak_bytes);
    }
  } catch (const Error&) {
    // Too long for an entry, or of another version: what it used is unknown.
  }
}

record::Cost Costs::cost_of(const Life& life, WallTime now) const {
  constexpr double kHour = 3600e3;
  record::Cost cost;
  cost.sandboxes = 1;
  cost.commands = life.commands;
  cost.failed = life.failed;
  cost.life_ms = life.wall_ms;
  if (!life.begin.empty()) cost.life_ms = milliseconds_between(life.begin, life.end.empty() ? now : parse_rfc3339(life.end));
  cost.cpu_ms = std::max(life.cpu_ms, life.commands_cpu_ms);
  cost.peak_bytes = life.peak_bytes;
  if (!prices_.any()) return cost;
  const double gib = static_cast<double>(life.peak_bytes.value_or(0)) / (1 << 30);
  cost.cost = cost.life_ms / kHour * prices_.sandbox_hour.value_or(0) + cost.cpu_ms / kHour * prices_.cpu_hour.value_or(0) +
              gib * cost.life_ms / kHour * prices_.memory_gib_hour.value_or(0);
  cost.currency = prices_.currency;
  return cost;
}

std::vector<std::string> Costs::keys(const std::string& what, const std::string& id, const Life& life) {
  if (what == "sandbox") return {id};
  if (what == "day") return {(life.begin.empty() ? life.end : life.begin).substr(0, 10)};
  std::vector<std::string> labels;
  for (const auto& [name, value] : life.labels) labels.push_back(name + "=" + value);
  return labels;
}

std::vector<record::Cost> Costs::by(const std::string& what, WallTime now) const {
  std::map<std::string, record::Cost> rows;
  for (const auto& [id, life] : lives_)
    for (const std::string& key : keys(what, id, life)) {
      const record::Cost one = cost_of(life, now);
      record::Cost& row = rows[key];
      row.by = what;
      row.key = key;
      row.sandboxes += one.sandboxes;
      row.commands += one.commands;
      row.failed += one.failed;
      row.life_ms += one.life_ms;
      row.cpu_ms += one.cpu_ms;
      row.peak_bytes = larger(row.peak_bytes, one.peak_bytes);
      if (one.cost) row.cost = row.cost.value_or(0) + *one.cost;
      row.currency = one.currency;
    }
  std::vector<record::Cost> all;
  for (auto& [key, row] : rows) all.push_back(std::move(row));
  return all;
}

}  // namespace sandbox::tool
