#include "run.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/tool_main.hpp"
#include "life/ask.hpp"
#include "life/execute.hpp"
#include "life/message.hpp"
#include "record/stream.hpp"

namespace sandbox::tool {

namespace {

/// The sandbox lives as long as the channel: if we are killed, the kernel closes it.
class Lease {
 public:
  explicit Lease(life::Launched launched) : launched_(std::move(launched)) {}
  Lease(Lease&&) = delete;
  ~Lease() { end(); }

  const record::Sandbox& sandbox() const { return launched_.sandbox; }

  /// Gives the lease back and waits until nothing is left.
  void end() noexcept {
    if (!launched_.channel) return;
    ::shutdown(launched_.channel.get(), SHUT_WR);
    try {
      life::receive_message(launched_.channel);
    } catch (const Error&) {
      // The supervisor died: the kernel ended the sandbox, and sandbox-reap finds the rest.
    }
    launched_.channel.close();
  }

 private:
  life::Launched launched_;
};

life::Target target_of(const store::Store& store, const Lease& lease, const Options& options) {
  auto connection = life::dial(store, lease.sandbox().id);
  if (!connection) throw Error(ExitCode::failed, "the sandbox ended before the command could start");
  life::Target target;
  target.connection = std::move(*connection);
  target.limits.emplace(store, lease.sandbox().id, life::LimitWatch::Baseline::zero);
  for (const auto& [name, value] : options.launch.secrets) target.secrets.push_back(value);
  return target;
}

int run_recorded(life::Target target, Lease& lease, const Options& options) {
  record::Outcome outcome;
  outcome.sandbox = lease.sandbox().id;
  outcome.commands.push_back(life::capture(std::move(target), options.command, {}));
  outcome.verdict = outcome.commands.front().verdict;
  outcome.from = lease.sandbox();
  lease.end();
  record::write(1, outcome);
  return outcome.verdict.succeeded() ? 0 : static_cast<int>(ExitCode::no);
}

/// Says on stderr what the status alone does not.
void explain(const record::Verdict& verdict) {
  if (const std::string text = record::explanation(verdict); !text.empty())
    write_all(2, fmt::format("sandbox-run: {}\n", text), "stderr");
}

}  // namespace

int run_once(Options options) {
  if (!options.record) cli::pass_status_through();
  options.launch.lease = true;
  const store::Store store = store::Store::open();
  Lease lease(life::launch(store, config::Config::load(), options.launch));
  life::Target target = target_of(store, lease, options);
  if (options.record) return run_recorded(std::move(target), lease, options);
  const record::Verdict verdict = life::pass_through(std::move(target), options.command);
  explain(verdict);
  return record::shell_code(verdict);
}

}  // namespace sandbox::tool
