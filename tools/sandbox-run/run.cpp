#include "run.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/passing.hpp"
#include "base/text.hpp"
#include "cli/tool_main.hpp"
#include "life/execute.hpp"
#include "life/journal.hpp"
#include "life/lease.hpp"
#include "life/port_plan.hpp"
#include "life/refusals.hpp"
#include "record/stream.hpp"

namespace sandbox::tool {

namespace {

int run_recorded(life::Target target, life::Lease& lease, audit::Log& log, const Options& options) {
  record::Outcome outcome;
  outcome.sandbox = lease.sandbox().id;
  outcome.commands.push_back(life::capture(std::move(target), options.command, {}));
  outcome.verdict = outcome.commands.front().verdict;
  outcome.log_head = log.append(audit::commanded(outcome.sandbox, outcome.commands.front(), life::asked(options.command), audit::digests_of_kept(outcome.commands.front())));
  outcome.from = lease.finish();
  record::write(1, outcome);
  return outcome.verdict.succeeded() ? 0 : static_cast<int>(ExitCode::no);
}

/// Says on stderr what the status alone does not.
void explain(const record::Verdict& verdict) {
  if (const std::string text = record::explanation(verdict); !text.empty())
    write_all(2, fmt::format("sandbox-run: {}\n", text), "stderr");
}

/// A door that was shut is the likeliest reason of a failure that had something to do with it.
void explain_refusals(const store::Store& store, const std::string& id) {
  for (const std::string& line : life::told_refusals(store, id)) write_all(2, fmt::format("sandbox-run: {}\n", line), "stderr");
}

int run_in(const store::Store& store, const config::Config& config, audit::Log& log, const Options& options) {
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  life::Launching launching = life::begin_launch(store, config, options.launch, std::move(theirs));
  log.concerns(launching.id());
  for (const record::Port& port : launching.ports())
    write_all(2, fmt::format("sandbox-run: {} leads to port {}\n", visible(port.url), port.port), "stderr");
  life::Target target{std::move(ours), {}, life::LimitWatch(store, launching.id(), life::LimitWatch::Baseline::zero)};
  for (const auto& [name, value] : options.launch.secrets) target.secrets.push_back(value);
  log.redact(target.secrets);
  const std::string id = launching.id();
  life::Lease lease(std::move(launching));
  if (options.record) return run_recorded(std::move(target), lease, log, options);
  const auto [outcome, digests] = [&] {
    try {
      return life::pass_through(std::move(target), options.command, life::hash_for(config.log));
    } catch (const Error&) {
      lease.sandbox();  // why there is none says more than that there is none
      throw;
    }
  }();
  lease.sandbox();  // known to run: its launch is in the log before its command
  log.append(audit::commanded(id, outcome, life::asked(options.command), digests));
  if (!outcome.verdict.succeeded()) explain_refusals(store, id);
  lease.end();
  explain(outcome.verdict);
  return record::shell_code(outcome.verdict);
}

}  // namespace

int run_once(Options options) {
  if (!options.record) cli::pass_status_through();
  options.launch.lease = true;
  const store::Store store = store::Store::open();
  const config::Config config = config::Config::load();
  audit::Log log = life::open_log(store, config.log);
  return audit::logged(log, [&] {
    life::settle_ports(store, options.launch);
    return run_in(store, config, log, options);
  });
}

}  // namespace sandbox::tool
