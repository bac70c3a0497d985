#include "life_counts.hpp"

#include "amount.hpp"
#include "record/verdict.hpp"

namespace sandbox::tool {

namespace {

using record::field_if;

constexpr std::size_t kMostRecipes = 50, kMostStages = 40;
constexpr double kStageBounds[] = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30};
constexpr double kCommandBounds[] = {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 300, 900, 3600};
constexpr double kLifeBounds[] = {1, 10, 60, 300, 900, 1800, 3600, 7200, 14400, 43200, 86400, 604800};

/// What does not say so is a verdict of another version.
Labels labels_of(const record::Verdict& verdict) {
  const char* exit = !verdict.exit ? "none" : *verdict.exit == 0 ? "zero" : "nonzero";
  return {{"status", std::string(name_of(verdict.status))}, {"reason", std::string(name_of(verdict.reason))}, {"exit", exit}};
}

Labels tool_and_code(const std::string& tool, const std::string& code) { return {{"tool", tool}, {"code", code}}; }

}  // namespace

LifeCounts::LifeCounts(Exposition& exposition, Lives& lives, FirstAccess& first)
    : lives_(lives),
      first_(first),
      recipes_(kMostRecipes),
      stages_(kMostStages),
      engines_{"container", "vm"},
      reasons_{"asked", "ttl", "idle", "evicted", "exit", "crash", "reboot"},
      tools_{"sandbox-build", "sandbox-run", "sandbox-launch", "sandbox-exec", "sandbox-copy", "sandbox-change", "sandbox-snapshot",
             "sandbox-reap", "sandbox-test", "sandbox-supervise"},
      codes_{"2", "3", "75", "125"},
      launches_(exposition.counter("sandbox_launches_total", "Sandboxes launched, by engine and recipe.")),
      stage_seconds_(exposition.histogram("sandbox_launch_stage_seconds", "Time of each stage of a launch; total is all that are not part of another.", kStageBounds)),
      ends_(exposition.counter("sandbox_ends_total", "Sandboxes ended, by reason.")),
      reaped_(exposition.counter("sandbox_reaped_total", "Of these, those whose supervisor had died and that another tool ended.")),
      life_seconds_(exposition.histogram("sandbox_life_seconds", "How long sandboxes lived that have ended.", kLifeBounds)),
      cpu_seconds_(exposition.counter("sandbox_cpu_seconds_total", "Processor time of sandboxes that have ended.")),
      commands_(exposition.counter("sandbox_commands_total", "Commands that have ended, by verdict; steps of builds are none.")),
      command_seconds_(exposition.histogram("sandbox_command_seconds", "How long these commands ran.", kCommandBounds)),
      copies_(exposition.counter("sandbox_copies_total", "Copies into sandboxes and out of them.")),
      copied_bytes_(exposition.counter("sandbox_copied_bytes_total", "Bytes of these copies, where they were counted.")),
      builds_(exposition.counter("sandbox_builds_total", "Images built; cached: they were there already.")),
      snapshots_(exposition.counter("sandbox_snapshots_total", "Images made of what sandboxes wrote.")),
      changes_(exposition.counter("sandbox_changes_total", "Calls that were to change a running sandbox.")),
      services_(exposition.counter("sandbox_service_deaths_total", "Services that ended in a bad way and were not started again.")),
      failures_(exposition.counter("sandbox_failures_total", "Failures of tools, by exit code: 2 bad input, 3 the host cannot, 75 all places taken, 125 the tool failed.")) {
  declare_zeros();
}

void LifeCounts::declare_zeros() {
  for (const std::string& engine : engines_.known()) launches_.add({{"engine", engine}, {"recipe", "other"}}, 0);
  stage_seconds_.histogram({{"stage", "total"}});
  for (const std::string& reason : reasons_.known()) ends_.add({{"reason", reason}}, 0);
  for (const char* exit : {"zero", "nonzero"}) commands_.add({{"status", "finished"}, {"reason", "exit"}, {"exit", exit}}, 0);
  for (const char* reason : {"memory", "timeout", "signal", "output"}) commands_.add({{"status", "killed"}, {"reason", reason}, {"exit", "none"}}, 0);
  for (const char* direction : {"in", "out"}) copies_.add({{"direction", direction}}, 0), copied_bytes_.add({{"direction", direction}}, 0);
  for (const char* cached : {"true", "false"}) builds_.add({{"cached", cached}}, 0);
  for (Family* family : {&reaped_, &cpu_seconds_, &snapshots_, &changes_, &services_}) family->add({}, 0);
  for (Family* family : {&life_seconds_, &command_seconds_}) family->histogram({});
  for (const std::string& tool : tools_.known())
    for (const std::string& code : codes_.known()) failures_.add(tool_and_code(tool, code), 0);
}

void LifeCounts::build(const record::Entry& entry) {
  builds_.add({{"cached", field_if<bool>(entry.event, "cached").value_or(false) ? "true" : "false"}});
}

void LifeCounts::snapshot(const record::Entry&) { snapshots_.add({}); }
void LifeCounts::change(const record::Entry&) { changes_.add({}); }
void LifeCounts::service(const record::Entry&) { services_.add({}); }

void LifeCounts::launch(const record::Entry& entry) {
  const std::string engine = engines_(word(entry.event, "engine")), recipe = word(entry.event, "image");
  if (entry.sandbox) lives_.of(*entry.sandbox).launched = parse_rfc3339(entry.time);
  launches_.add({{"engine", engine}, {"recipe", recipes_(recipe)}});
}

void LifeCounts::command(const record::Entry& entry) {
  const auto verdict = field_if<record::Verdict>(entry.event, "verdict");
  const Json usage = field_if<Json>(entry.event, "usage").value_or(Json::object());
  const double ran = seconds_of(usage, "wall_ms");
  if (field_if<Json>(entry.event, "step")) return;
  const AccessKind kind = entry.source.tool == "sandbox-run" ? AccessKind::run : AccessKind::command;
  first_.came(entry, kind, std::chrono::milliseconds(static_cast<std::int64_t>(std::min(ran * 1000, 1e15))));
  commands_.add(verdict ? labels_of(*verdict) : Labels{{"status", "other"}, {"reason", "other"}, {"exit", "none"}});
  command_seconds_.observe({}, ran);
}

void LifeCounts::copy(const record::Entry& entry) {
  const bool out = word(entry.event, "direction") == "out";
  const double bytes = amount(entry.event, "bytes");
  first_.came(entry, AccessKind::copy);
  copies_.add({{"direction", out ? "out" : "in"}});
  copied_bytes_.add({{"direction", out ? "out" : "in"}}, bytes);
}

void LifeCounts::end(const record::Entry& entry) {
  const std::string reason = reasons_(word(entry.event, "ended"));
  const auto usage = field_if<Json>(entry.event, "usage");
  const double lived = usage ? seconds_of(*usage, "wall_ms") : 0, cpu = usage ? seconds_of(*usage, "cpu_ms") : 0;
  const auto timings = field_if<std::map<std::string, double>>(entry.event, "launch_timings_ms");
  if (entry.sandbox && !lives_.end(*entry.sandbox)) return;
  ends_.add({{"reason", reason}});
  if (entry.source.tool != "sandbox-supervise") reaped_.add({});
  if (usage) life_seconds_.observe({}, lived);
  cpu_seconds_.add({}, cpu);
  if (timings) stages(*timings);
}

void LifeCounts::error(const record::Entry& entry) {
  const std::string code = std::to_string(field_if<int>(entry.event, "code").value_or(0));
  failures_.add(tool_and_code(tools_(entry.source.tool), codes_(code)));
}

void LifeCounts::stages(const std::map<std::string, double>& timings_ms) {
  double total = 0;
  for (const auto& [stage, ms] : timings_ms) {
    if (!std::isfinite(ms) || ms < 0) continue;
    stage_seconds_.observe({{"stage", stages_(stage)}}, ms / 1000);
    if (stage.find('.') == stage.npos) total += ms / 1000;
  }
  // A launch that failed has none of the later stages.
  if (timings_ms.contains("agent")) stage_seconds_.observe({{"stage", "total"}}, total);
}

}  // namespace sandbox::tool
