#include "processes.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <charconv>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/human.hpp"
#include "life/detached.hpp"
#include "life/service_log.hpp"
#include "record/process.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

record::Process record_of(const Place& place, const life::DetachedProcess& process) {
  return {place.id(), process.pid, process.running ? "running" : "ended", process.argv, nullptr};
}

std::string command_text(const life::DetachedProcess& process) {
  std::string text;
  for (const std::string& argument : process.argv) text += (text.empty() ? "" : " ") + visible(argument);
  return text;
}

int signal_number(std::string_view name) {
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (int number = 1; number < NSIG; ++number)
    if (const char* known = ::sigabbrev_np(number); known && name == known) return number;
  throw Error(ExitCode::input, fmt::format("unknown signal '{}'", visible(name)), "write it as TERM, INT, KILL, HUP …");
}

}  // namespace

int list_processes(const Place& place, const Options& options) {
  const std::vector<life::DetachedProcess> processes = life::list_detached(place.connect());
  cli::Table table;
  table.row({"PID", "STATE", "COMMAND"});
  for (const life::DetachedProcess& process : processes) {
    if (!options.output.human()) cli::put(options.output, record_of(place, process), fmt::format("{}", process.pid));
    table.row({fmt::format("{}", process.pid), process.running ? "running" : "ended", command_text(process)});
  }
  if (options.output.human() && !options.output.quiet) write_all(1, table.text(), "stdout");
  return 0;
}

namespace {

std::optional<record::ServiceState> state_of(const store::Store& store, const std::string& id, const std::string& service) {
  const auto sandbox = store::find_sandbox(store, id);
  if (sandbox && sandbox->is_served())
    for (const record::ServiceState& state : sandbox->services)
      if (state.name == service) return state;
  return std::nullopt;
}

/// Its output is in files of the host, redacted already.
int attach_to_service(const Place& place, const store::Store& store, const std::string& name) {
  std::optional<record::ServiceState> state = state_of(store, place.id(), name);
  if (!state)
    throw Error(ExitCode::input, fmt::format("no service '{}' in the sandbox", visible(name)), "sandbox-list --json ID names them");
  life::follow_log(store::sandbox_directory(store, place.id()), name, [&] {
    const auto now = state_of(store, place.id(), name);
    if (now) state = now;
    return !now || now->state == "ended" || now->state == "failed";
  });
  return state->state == "failed" ? 1 : 0;
}

}  // namespace

int attach(const Place& place, const store::Store& store, const std::string& target) {
  const bool is_pid = target.find_first_not_of("0123456789") == target.npos;
  if (!is_pid) return attach_to_service(place, store, target);
  int pid = 0;
  const auto [at, error] = std::from_chars(target.data(), target.data() + target.size(), pid);
  if (error != std::errc() || pid == 0) throw Error(ExitCode::input, fmt::format("--attach: not a pid: '{}'", target));
  return record::shell_code(life::follow_detached(place.connect(), pid, place.secrets()));
}

int send_signal(const Place& place, const Options& options) {
  const int number = signal_number(*options.signal);
  if (options.process) {
    life::signal_detached(place.connect(), *options.process, number);
    return 0;
  }
  for (const life::DetachedProcess& process : life::list_detached(place.connect()))
    if (process.running) life::signal_detached(place.connect(), process.pid, number);
  return 0;
}

}  // namespace sandbox::tool
