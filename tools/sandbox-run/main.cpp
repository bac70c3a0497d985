// sandbox-run runs a command in a sandbox of its own: streams and status pass through, and
// nothing is left.
#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "life/launch_options.hpp"
#include "run.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  std::optional<std::chrono::milliseconds> grace;
  cli::Options options("sandbox-run", "Run a command in a sandbox of its own");
  options.app().add_option("IMAGE", chosen.launch.image, "Name or digest")->required();
  options.flag("-i,--input", chosen.command.input, "Pass stdin to the command");
  options.flag("-t,--terminal", chosen.command.terminal, "Give the command a terminal, made inside");
  options.duration("--timeout", chosen.command.timeout, "End the command and its descendants after so long; exit 124");
  options.duration("--grace", grace, "Between SIGTERM and SIGKILL at the time-out; default: SIGKILL at once");
  options.size("--output-limit", chosen.command.output_limit, "End the command when it has written more than this");
  options.flag("--json", chosen.record, "Print an outcome record instead of passing the streams through");
  options.option("--status-fd", chosen.status_fd, "FD", "Write the error record to this descriptor");
  life::add_launch_options(options, chosen.launch);
  options.command(chosen.command.argv, "The command and its arguments, after --");
  options.examples({{"sandbox-run busybox -- echo hello", "one command in an image"},
                    {"sandbox-run --workspace . -w /workspace --timeout 5m busybox -- ls", "on a private copy of this folder"},
                    {"echo hello | sandbox-run -i busybox -- tr a-z A-Z", "as a filter"}});
  options.parse(argc, argv);
  if (chosen.command.argv.empty())
    throw Error(ExitCode::input, "no command is given", "sandbox-run IMAGE -- COMMAND");
  if (chosen.status_fd) cli::set_status_fd(*chosen.status_fd);
  chosen.command.cwd = chosen.launch.workdir;
  chosen.command.cwd_from = "--workdir";
  chosen.command.grace = grace.value_or(std::chrono::milliseconds(0));
  return tool::run_once(std::move(chosen));
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-run", argc, argv, run); }
