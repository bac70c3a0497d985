#include "processes.hpp"

#include <fmt/format.h>
#include <signal.h>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/human.hpp"
#include "life/detached.hpp"
#include "record/process.hpp"

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

int attach(const Place& place, int pid) {
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
