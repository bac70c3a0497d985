#include "change.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doors/presets.hpp"
#include "life/ask.hpp"
#include "life/door_plan.hpp"
#include "life/journal.hpp"
#include "life/transfer.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/stream.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

std::string human(const record::Sandbox& sandbox) {
  std::string open;
  for (const record::Door& door : sandbox.doors.rules) open += (open.empty() ? "" : ", ") + door.allow;
  return fmt::format("{}  doors: {}\n", sandbox.id, open.empty() ? "none" : open);
}

doors::Change change_of(const Options& options) {
  doors::Change change;
  change.close_all = options.close_all;
  for (const std::string& text : options.allow)
    for (const doors::Rule& rule : life::rules_for(text, nullptr)) change.open.rules.push_back(rule);
  for (const std::string& text : options.allow_cidr) change.open.blocks.push_back(doors::parse_block(text));
  for (const std::string& text : options.close) {
    if (!doors::is_preset(text)) change.close.push_back(text);
    else
      for (const doors::Rule& rule : life::rules_for(text, nullptr)) change.close.push_back(doors::rule_text(rule));
  }
  return change;
}

class Changer {
 public:
  explicit Changer(const Options& options) : Changer(options, config::Config::load()) {}

  /// A failure is in the log.
  void change(const std::string& target, const Json& from) {
    audit::logged(log_, [&] { apply(target, from); });
  }

 private:
  Changer(const Options& options, const config::Config& config)
      : options_(options), store_(store::Store::open()), log_(life::open_log(store_, config.log)),
        change_(change_of(options)), orders_(life::orders_of_host(config)) {}

  void apply(const std::string& target, const Json& from) {
    const record::Sandbox before = store::running_sandbox(store_, target);
    log_.concerns(before.id);
    record::Sandbox after = life::ask_change(store_, before.id, change_, orders_);
    // One that began without doors knows no name server.
    if (before.doors.rules.empty() && !after.doors.rules.empty()) show_names(before.id);
    after.from = from;
    cli::put(options_.output, after, after.id, [&] { return human(after); });
  }

  void show_names(const std::string& id) {
    auto connection = life::dial(store_, id);
    if (!connection) throw Error(ExitCode::no, fmt::format("the sandbox '{}' has ended", id));
    life::put_bytes(std::move(*connection), life::resolver_file(), "/etc/resolv.conf", 0644, "root");
  }

  const Options& options_;
  store::Store store_;
  audit::Log log_;
  doors::Change change_;
  doors::Orders orders_;
};

int change_from_stdin(Changer& changer) {
  const std::string hint = "sandbox-change ID --allow HOST, or pipe records into it";
  if (!cli::stdin_has_records()) throw Error(ExitCode::input, "nothing is named and stdin is a terminal", hint);
  record::Reader reader(0);
  int code = 0;
  std::size_t records = 0;
  while (const auto record = reader.next()) {
    ++records;
    if (record::is_failure(*record)) {
      record::write(1, *record);
      code = static_cast<int>(ExitCode::no);
      continue;
    }
    const Json* sandbox = record::find(*record, record::Sandbox::kSchema);
    if (!sandbox) throw Error(ExitCode::input, fmt::format("stdin:{}: no sandbox in the record", reader.line()));
    changer.change(sandbox->get<record::Sandbox>().id, record::as_from(*record));
  }
  if (records == 0) throw Error(ExitCode::input, "no records on stdin", hint);
  return code;
}

}  // namespace

int change(const Options& options) {
  if (options.allow.empty() && options.allow_cidr.empty() && options.close.empty() && !options.close_all)
    throw Error(ExitCode::input, "nothing to change", "--allow, --allow-cidr, --close or --close-all");
  Changer changer(options);
  if (options.targets.empty()) return change_from_stdin(changer);
  for (const std::string& target : options.targets) changer.change(target, nullptr);
  return 0;
}

}  // namespace sandbox::tool
