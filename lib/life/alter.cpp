#include "life/alter.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "life/steps.hpp"
#include "life/way_steps.hpp"
#include "record/fields.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;
using Counts = NewTime::Counts;

Step ttl_step(LifeSpan& span, const NewTime& wanted) {
  const std::optional<milliseconds> before = span.ttl_left();
  std::optional<milliseconds> after;
  if (wanted.counts == Counts::from_now) after = wanted.time;
  if (wanted.counts == Counts::longer && before) after = *before + wanted.time;
  const auto expires = after ? std::optional(rfc3339(wall_now() + *after)) : std::nullopt;
  Step step{"ttl", record::or_null(expires), {}, [expires](record::Sandbox& sandbox) { sandbox.expires = expires; }};
  if (wanted.counts == Counts::longer && !before) step.objection = "it has no end that could be later";
  step.apply = [&span, after] { span.set_ttl(after); };
  step.undo = [&span, before] { span.set_ttl(before); };
  return step;
}

Step idle_step(LifeSpan& span, const record::Sandbox& sandbox, const NewTime& wanted) {
  const auto after = wanted.counts == Counts::never ? std::nullopt : std::optional(wanted.time);
  const auto after_ms = after ? std::optional(static_cast<double>(after->count())) : std::nullopt;
  const auto before = sandbox.idle_ms ? std::optional(milliseconds(static_cast<std::int64_t>(*sandbox.idle_ms))) : std::nullopt;
  Step step{"idle", record::or_null(after_ms), {}, [after_ms](record::Sandbox& s) { s.idle_ms = after_ms; }};
  step.apply = [&span, after] { span.set_idle(after); };
  step.undo = [&span, before] { span.set_idle(before); };
  return step;
}

Step label_step(const record::Sandbox& sandbox, const Alteration& wanted) {
  auto labels = sandbox.labels;
  std::optional<std::string> objection;
  for (const std::string& name : wanted.unlabel)
    if (labels.erase(name) == 0) objection = "it has no label '" + name + "'";
  for (const auto& [name, value] : wanted.labels) labels[name] = value;
  return {"labels", labels, objection, [labels](record::Sandbox& s) { s.labels = labels; }};
}

/// Each limit is a step of its own: the answer names the one that is refused.
template <class Value>
void add_limit(std::vector<Step>& steps, OwnedSandbox& owned, const char* name, std::optional<Value> record::Limits::* which,
               const std::optional<Value>& value) {
  if (!value) return;
  record::Limits after, before;
  after.*which = value;
  before.*which = owned.plan.spec.limits.*which;
  Step step{name, *value, owned.machine->objection(after), {}};
  step.describe = [after](record::Sandbox& sandbox) { sandbox.limits = after.over(sandbox.limits); };
  const auto set = [&owned](const record::Limits& limits) {
    owned.machine->limit(limits);
    owned.plan.spec.limits = limits.over(owned.plan.spec.limits);
  };
  step.apply = [set, after] { set(after); };
  step.undo = [set, before] { set(before); };
  steps.push_back(std::move(step));
}

Step pause_step(OwnedSandbox& owned, bool pause) {
  const std::string state = pause ? "paused" : "running";
  Step step{"state", state, {}, [state](record::Sandbox& sandbox) { sandbox.state = state; }};
  if (owned.plan.sandbox.state == state) return step;
  if (owned.plan.sandbox.state == "starting") step.objection = "its services still start";
  if (!pause && owned.copiers > 0) step.objection = "its files are being copied";
  step.apply = [&owned, pause] { owned.machine->freeze(pause); };
  step.undo = [&owned, pause] { owned.machine->freeze(!pause); };
  return step;
}

std::vector<Step> steps_of(OwnedSandbox& owned, const Alteration& wanted) {
  std::vector<Step> steps;
  const record::Sandbox& sandbox = owned.plan.sandbox;
  using record::Limits;
  add_limit(steps, owned, "memory", &Limits::memory_bytes, wanted.limits.memory_bytes);
  add_limit(steps, owned, "disk", &Limits::disk_bytes, wanted.limits.disk_bytes);
  add_limit(steps, owned, "pids", &Limits::pids, wanted.limits.pids);
  add_limit(steps, owned, "cpus", &Limits::cpus, wanted.limits.cpus);
  if (wanted.ttl) steps.push_back(ttl_step(owned.span, *wanted.ttl));
  if (wanted.idle) steps.push_back(idle_step(owned.span, sandbox, *wanted.idle));
  if (!wanted.labels.empty() || !wanted.unlabel.empty()) steps.push_back(label_step(sandbox, wanted));
  if (wanted.paused) steps.push_back(pause_step(owned, *wanted.paused));
  add_way_steps(steps, owned, wanted);  // last: what went through a door that was closed does not come back
  return steps;
}

/// Written down first: a full disk then changes nothing.
bool carry_out_and_record(OwnedSandbox& owned, const std::vector<Step>& steps, std::vector<record::Altered>& changes) {
  record::Sandbox next = owned.plan.sandbox;
  for (const Step& step : steps) step.describe(next);
  store::write_sandbox(owned.store, next);
  const bool done = carry_out(steps, changes);
  if (done) {
    owned.plan.sandbox = std::move(next);
    owned.plan.sandbox.walls = owned.machine->walls();
  }
  store::write_sandbox(owned.store, owned.plan.sandbox);
  return done;
}

}  // namespace

record::Sandbox alter(OwnedSandbox& owned, const Alteration& wanted, const record::Actor& actor) {
  const std::vector<Step> steps = steps_of(owned, wanted);
  std::vector<record::Altered> changes = looked_at(steps);
  const bool refused = std::ranges::any_of(changes, &record::Altered::refused);
  if (!wanted.only_asks) {
    if (!refused) carry_out_and_record(owned, steps, changes);
    owned.plan.sandbox.log_head =
        owned.log.append_for(actor, audit::changed(owned.plan.spec.id, record::or_null(wanted.doors), changes));
  }
  record::Sandbox answer = owned.plan.sandbox;
  answer.changes = std::move(changes);
  return answer;
}

}  // namespace sandbox::life
