// sandbox-exec runs a command in a sandbox: streams and status pass through, or a record says
// what became of it.
#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "exec.hpp"

namespace {

using namespace sandbox;

/// Combinations that would mean nothing are refused before anything starts.
void check(const tool::Options& chosen, bool has_work) {
  const auto refuse = [](bool wrong, const char* problem, const char* hint) {
    if (wrong) throw Error(ExitCode::input, problem, hint);
  };
  const bool about_processes = chosen.processes || chosen.attach || chosen.signal;
  refuse(!has_work && !about_processes, "no command is given", "sandbox-exec ID -- COMMAND");
  refuse(has_work && about_processes, "--processes, --attach and --signal take no command", "call it twice");
  refuse(!chosen.target && about_processes, "no sandbox is named", "sandbox-exec --processes ID");
  refuse(!chosen.target && (chosen.command.input || chosen.command.terminal),
         "-i and -t need the sandbox on the command line", "stdin holds the records here");
  refuse(!chosen.target && chosen.request_file == "-", "stdin cannot hold both the records and the request",
         "name the sandbox, or put the request into a file");
  refuse(chosen.command.detach && (chosen.command.input || chosen.command.terminal),
         "--detach goes without -i and -t", "a detached command has no caller");
  refuse(chosen.process && !chosen.signal, "--process belongs to --signal", "sandbox-exec --signal TERM --process PID ID");
  refuse(!chosen.command.argv.empty() && (chosen.request_file || !chosen.shell_commands.empty()),
         "a command after -- goes without --command and --request", "use --command for several");
  refuse((chosen.command.input || chosen.command.terminal) && (chosen.jobs > 1 || chosen.output_directory),
         "-i and -t go without --jobs and --output-file", "one command at a time");
}

int run(int argc, char** argv) {
  tool::Options chosen;
  std::optional<std::chrono::milliseconds> grace;
  cli::Options options("sandbox-exec", "Run a command in a sandbox");
  options.app().add_option("ID", chosen.target, "The sandbox's id or name; without it, records are read from stdin");
  options.flag("-i,--input", chosen.command.input, "Pass stdin to the command");
  options.flag("-t,--terminal", chosen.command.terminal, "Give the command a terminal, made inside");
  options.duration("--timeout", chosen.command.timeout, "End the command and its descendants after so long; exit 124");
  options.duration("--grace", grace, "Between SIGTERM and SIGKILL at the time-out; default: SIGKILL at once");
  options.size("--output-limit", chosen.command.output_limit, "End the command when it has written more than this");
  options.pairs("-e,--env", chosen.command.env, cli::Options::Bare::inherited, "A variable for the command");
  options.option("-w,--cwd", chosen.command.cwd, "DIR", "Where the command starts");
  options.option("-u,--user", chosen.command.user, "USER", "NAME, UID, NAME:GROUP or UID:GID, as the image knows them");
  options.option("--put", chosen.puts, "LOCAL:PATH", "Copy a file in before the command")->expected(1)->take_all()->allow_extra_args(false);
  options.option("--get", chosen.gets, "PATH:LOCAL", "Copy a file out after the command")->expected(1)->take_all()->allow_extra_args(false);
  options.option("--command", chosen.shell_commands, "TEXT", "A command for /bin/sh; several run one after the other")->expected(1)->take_all()->allow_extra_args(false);
  options.flag("--keep-going", chosen.keep_going, "Go on after a command that failed");
  options.option("--jobs", chosen.jobs, "N", "Run so many commands at once")->check(CLI::Range(1, 64));
  options.option("--request", chosen.request_file, "FILE", "Files and commands as JSON; - reads stdin");
  options.option("--output-file", chosen.output_directory, "DIR", "Write all output to N.stdout and N.stderr in this folder");
  options.flag("-d,--detach", chosen.command.detach, "Leave the command running and print its pid");
  options.flag("--processes", chosen.processes, "List the detached processes");
  options.option("--attach", chosen.attach, "PID", "Follow the output of a detached process, or of the service of that name, until it ends");
  options.option("--signal", chosen.signal, "NAME", "Signal the detached processes, or the one that --process names");
  options.option("--process", chosen.process, "PID", "The process for --signal")->check(CLI::PositiveNumber);
  options.output(chosen.output);
  options.command(chosen.command.argv, "The command and its arguments, after --");
  options.examples({{"sandbox-exec sb-0123456789 -- ls -l", "one command, its output and its status"},
                    {"echo hello | sandbox-exec -i demo -- tr a-z A-Z", "as a filter"},
                    {"sandbox-exec -it demo -- sh", "a shell with a terminal"},
                    {"sandbox-launch busybox | sandbox-exec --json -- id", "an outcome record at the end of a pipe"}});
  options.parse(argc, argv);
  chosen.command.grace = grace.value_or(std::chrono::milliseconds(0));
  const bool has_work = !chosen.command.argv.empty() || !chosen.shell_commands.empty() || chosen.request_file ||
                        !chosen.puts.empty() || !chosen.gets.empty();
  check(chosen, has_work);
  return tool::execute(chosen);
}

}  // namespace

int main(int argc, char** argv) { return cli::tool_main("sandbox-exec", argc, argv, run); }
