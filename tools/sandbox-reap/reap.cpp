#include "reap.hpp"

#include <fmt/format.h>

#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/warn.hpp"
#include "life/ask.hpp"
#include "life/journal.hpp"
#include "life/process.hpp"
#include "life/recover.hpp"
#include "life/templates.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "record/says_no.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

std::string human(const record::Reaped& reaped) {
  const record::Freed& freed = reaped.freed;
  return fmt::format("{}  {}  {}: {} processes, {} cgroups, {} freed\n", reaped.id,
                     reaped.dry_run ? "would end" : reaped.kind == "sandbox" ? "ended" : "removed", reaped.ended,
                     freed.processes, freed.cgroups, size_text(freed.bytes));
}

bool has_labels(const record::Sandbox& sandbox, const std::map<std::string, std::string>& wanted) {
  for (const auto& [name, value] : wanted) {
    const auto found = sandbox.labels.find(name);
    if (found == sandbox.labels.end() || (!value.empty() && found->second != value)) return false;
  }
  return true;
}

bool is_selected(const record::Sandbox& sandbox, const Options& options) {
  if (sandbox.state == "orphaned") return options.orphans || options.all;
  if (!options.labels.empty() && !has_labels(sandbox, options.labels)) return false;
  if (options.all) return true;
  if (options.expired && sandbox.expires && parse_rfc3339(*sandbox.expires) < wall_now()) return true;
  if (options.older_than) return wall_now() - parse_rfc3339(sandbox.created) > *options.older_than;
  // Labels alone select; labels with another condition only narrow it.
  return !options.labels.empty() && !options.expired;
}

int reap_selected(const store::Store& store, const Options& options) {
  for (const record::Sandbox& sandbox : store::list_sandboxes(store))
    if (is_selected(sandbox, options))
      if (const auto reaped = end_sandbox(store, sandbox, options)) report(options, *reaped);
  if (options.orphans || options.all)
    for (const record::Reaped& kept : life::end_templates(store, options.all ? life::Which::all : life::Which::dead, options.dry_run)) report(options, kept);
  if (options.orphans)
    for (const record::Reaped& debris : sweep_debris(store, options.dry_run)) report(options, debris);
  return 0;
}

int reap_named(const store::Store& store, const Options& options) {
  int code = 0;
  for (const std::string& target : options.targets) {
    const auto sandbox = store::find_sandbox(store, target);
    const auto reaped = sandbox ? end_sandbox(store, *sandbox, options) : std::nullopt;
    if (reaped) {
      report(options, *reaped);
      continue;
    }
    fmt::print(stderr, "sandbox-reap: no such sandbox: '{}'\n", visible(target));
    code = static_cast<int>(ExitCode::no);
  }
  return code;
}

/// Nothing is left to free; how it ended is known for a day.
record::Reaped ended_before(const store::Store& store, const std::string& id) {
  record::Reaped reaped;
  reaped.id = id;
  const auto last = store::find_ended(store, id);
  reaped.ended = last ? last->ended.value_or("gone") : "gone";
  return reaped;
}

/// The chain may have failed, and still there is a sandbox in it to be ended.
int reap_one(const store::Store& store, const Options& options, const Json& record) {
  if (record::is_failure(record) && !record::find(record, record::Sandbox::kSchema)) return cli::pass_on(record);
  const std::string id = record::required(record, record::Sandbox::kSchema, "sandbox", "pipe the output of sandbox-launch into this")
                             .get<record::Sandbox>()
                             .id;
  const auto known = store::find_sandbox(store, id);
  auto reaped = known ? end_sandbox(store, *known, options) : std::nullopt;
  if (!reaped) reaped = ended_before(store, id);
  reaped->from = record::as_from(record);
  report(options, *reaped);
  return static_cast<int>(record::says_no(record) ? ExitCode::no : ExitCode::ok);
}

int reap_from_stdin(const store::Store& store, audit::Log& log, const Options& options) {
  const cli::Answering how{"nothing is named and stdin is a terminal",
                           "name ids, or --all, --expired, --orphans, --label", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    return life::logged_answer(log, options.output, [&] { return reap_one(store, options, record); });
  });
}

/// An end that is under way takes a moment between its last answer and its last file.
std::optional<record::Sandbox> what_is_left(const store::Store& store, const std::string& id) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    auto left = store::find_sandbox(store, id);
    if (!left || !left->is_served() || std::chrono::steady_clock::now() >= deadline ||
        life::is_stopped(left->supervisor.pid))
      return left;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

void report(const Options& options, const record::Reaped& reaped) {
  cli::put(options.output, reaped, reaped.id, [&] { return human(reaped); });
}

namespace {

/// Whoever ended it could not write its entry, and had nobody to tell.
void warn_once() {
  static bool warned = false;
  if (!std::exchange(warned, true)) cli::warn("cannot write the log; what happens is not logged");
}

std::optional<record::Reaped> end_really(const store::Store& store, const record::Sandbox& sandbox, const Options& options) {
  const bool is_readable = sandbox.place >= 0;
  if (sandbox.state != "orphaned" || !is_readable)
    if (auto reaped = life::ask_end(store, sandbox.id, options.patience(), "asked")) return reaped;
  if (!is_readable) return life::recover(store, sandbox);
  // Nobody answered: it has just ended by itself, or its owner is dead, or hangs.
  auto left = what_is_left(store, sandbox.id);
  if (left && left->is_served()) {
    life::kill_supervisor(*left);
    left = store::find_sandbox(store, sandbox.id);
  }
  if (!left || left->state != "orphaned") return std::nullopt;
  return life::recover(store, *left);
}

}  // namespace

std::optional<record::Reaped> end_sandbox(const store::Store& store, const record::Sandbox& sandbox, const Options& options) {
  if (options.dry_run) {
    record::Reaped planned;
    planned.id = sandbox.id;
    planned.name = sandbox.name;
    planned.ended = sandbox.state == "orphaned" ? "crash" : "asked";
    planned.dry_run = true;
    return planned;
  }
  auto reaped = end_really(store, sandbox, options);
  if (reaped && !reaped->log_head) warn_once();
  return reaped;
}

namespace {

int reap_in(const store::Store& store, audit::Log& log, const Options& options) {
  if (options.unused_for && !options.images) throw Error(ExitCode::input, "--unused-for goes with --images");
  if (options.keep_bytes && !options.images) throw Error(ExitCode::input, "--keep-bytes goes with --images");
  if (options.images) {
    for (const record::Reaped& reaped : reap_images(store, options)) report(options, reaped);
    if (!options.keep_bytes)
      for (const record::Reaped& reaped : reap_machine_parts(store, options)) report(options, reaped);
    return 0;
  }
  if (!options.targets.empty() && options.selects_sandboxes())
    throw Error(ExitCode::input, "both ids and a selection are given", "name ids, or select with options");
  store::forget_ended(store);
  if (!options.targets.empty()) return reap_named(store, options);
  if (options.selects_sandboxes()) return reap_selected(store, options);
  return reap_from_stdin(store, log, options);
}

}  // namespace

int reap(const Options& options) {
  const store::Store store = store::Store::open();
  // Ends happen whatever a configuration says, so none is read.
  audit::Log log = life::open_log(store, {});
  return audit::logged(log, [&] { return reap_in(store, log, options); });
}

}  // namespace sandbox::tool
