#include "change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/human.hpp"
#include "cli/warn.hpp"
#include "life/ask.hpp"
#include "life/door_plan.hpp"
#include "life/journal.hpp"
#include "life/transfer.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/misfit.hpp"
#include "store/sandboxes.hpp"
#include "wanted.hpp"

namespace sandbox::tool {

namespace {

std::string shown(const record::Altered& change) {
  if (change.what == "doors") {
    std::string open;
    if (change.to.is_object())
      for (const record::Door& door : change.to.get<record::Doors>().rules) open += (open.empty() ? "" : ", ") + door.allow;
    return open.empty() ? "none" : open;
  }
  if (change.what == "ports" && change.to.is_array()) {
    std::string urls;
    for (const auto& port : change.to.get<std::vector<record::Port>>()) urls += fmt::format("{}{} at {}", urls.empty() ? "" : ", ", port.port, visible(port.url));
    return urls.empty() ? "none" : urls;
  }
  if (change.to.is_null()) return "none";
  return change.to.is_string() ? visible(change.to.get<std::string>()) : visible(record::dump(change.to));
}

std::string human(const record::Sandbox& sandbox) {
  cli::Table table;
  for (const record::Altered& change : *sandbox.changes)
    table.row({sandbox.id, change.what, shown(change), change.state, change.reason ? visible(*change.reason) : ""});
  return table.text();
}

bool is_refused(const record::Sandbox& sandbox) {
  return std::ranges::any_of(*sandbox.changes, &record::Altered::refused);
}

/// The record says it too; not everybody reads it.
void explain(const record::Sandbox& sandbox) {
  for (const record::Altered& change : *sandbox.changes)
    if (change.refused())
      cli::warn(fmt::format("{}: {} refused: {}", sandbox.id, change.what, visible(change.reason.value_or("no reason"))));
}

class Changer {
 public:
  explicit Changer(const Options& options) : Changer(options, config::Config::load()) {}

  /// Whether it was done, or could be. A failure is in the log.
  bool change(const std::string& target) {
    return audit::logged(log_, [&] { return apply(target, nullptr); });
  }

  /// The exit code; a failure is in the log, and is the answer.
  int answer(const Json& record) {
    return life::logged_answer(log_, options_.output, [&] {
      const Json& sandbox = record::required(record, record::Sandbox::kSchema, "sandbox", "pipe the output of sandbox-launch into this");
      const bool done = apply(sandbox.get<record::Sandbox>().id, record::as_from(record));
      return static_cast<int>(done ? ExitCode::ok : ExitCode::no);
    });
  }

 private:
  Changer(const Options& options, const config::Config& config)
      : options_(options), wanted_(wanted_by(options, config)), store_(store::Store::open()), log_(life::open_log(store_, config.log)) {}

  bool apply(const std::string& target, const Json& from) {
    const record::Sandbox before = store::running_sandbox(store_, target, store::Paused::accepted);
    log_.concerns(before.id);
    if (opens_first_door(before) && before.state == "paused" && wanted_.paused != false)
      throw Error(ExitCode::no, fmt::format("the sandbox '{}' is paused: its first door needs it awake", before.id), "add --resume");
    record::Sandbox after = life::ask_change(store_, before.id, wanted_);
    const bool refused = is_refused(after);
    // One that began without doors knows no name server.
    if (!wanted_.only_asks && !refused && before.doors.rules.empty() && !after.doors.rules.empty()) show_names(before.id);
    after.from = from;
    cli::put(options_.output, after, after.id, [&] { return human(after); });
    if (refused) explain(after);
    return !refused;
  }

  bool opens_first_door(const record::Sandbox& before) const {
    return wanted_.doors && !wanted_.doors->open.rules.empty() && before.doors.rules.empty();
  }

  void show_names(const std::string& id) {
    life::put_bytes(life::connect_to(store_, id), life::resolver_file(), "/etc/resolv.conf", 0644, "root");
  }

  const Options& options_;
  life::Alteration wanted_;
  store::Store store_;
  audit::Log log_;
};

int change_from_stdin(Changer& changer, const Options& options) {
  const cli::Answering how{"nothing is named and stdin is a terminal", "sandbox-change ID --ttl +1h, or pipe records into it", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return changer.answer(record);
  });
}

}  // namespace

int change(const Options& options) {
  Changer changer(options);
  if (options.targets.empty()) return change_from_stdin(changer, options);
  bool all = true;
  for (const std::string& target : options.targets) all = changer.change(target) && all;
  return static_cast<int>(all ? ExitCode::ok : ExitCode::no);
}

}  // namespace sandbox::tool
