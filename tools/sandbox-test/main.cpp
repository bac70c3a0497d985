// sandbox-test runs test cases, or a project's own tests, in a sandbox and prints a report.
#include "base/error.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "life/launch_options.hpp"
#include "test.hpp"

namespace {

using namespace sandbox;

void add_what(cli::Options& options, tool::Options& chosen, std::optional<std::string>& shard) {
  options.option("--tests", chosen.tests, "FILE", "Test cases; without it, those of the image's recipe");
  options.option("--suite", chosen.suite, "DIR", "A project with tests of its own, of which a copy is taken in");
  options.option("--runner", chosen.runner, "NAME", "What runs the suite's tests; without it, found from its files");
  options.option("--command", chosen.command, "TEXT", "Run the suite by this command for sh(1) instead of the runner's");
  options.option("--results", chosen.results, "FILE", "Where that one leaves its report, in the suite; a pattern; - is its stdout");
  options.option("--install", chosen.install, "TEXT", "Install what the suite needs by this command instead of the runner's");
  options.flag("--no-install", chosen.no_install, "Install nothing");
  options.option("--read", chosen.read, "FILE", "Run nothing: read this report; - is stdin");
  options.duration("--timeout", chosen.timeout, "End each test case, or the suite, after so long; default 1m, or 30m");
  options.option("--retries", chosen.retries, "N", "Run what failed so often again; what passes then is flaky")->check(CLI::Range(0, 100));
  options.option("--shard", shard, "K/N", "Only the Kth of N parts");
  options.option("--parallel", chosen.parallel, "N", "Run so many at once")->check(CLI::Range(1, 64));
  options.flag("--fail-fast", chosen.fail_fast, "Stop at the first that fails");
  options.option("--max-attempts", chosen.max_attempts, "N", "Run all of it so often at most, until it passes")->check(CLI::Range(1, 1000));
  options.option("--fix-command", chosen.fix_command, "TEXT", "Between attempts: a command here for sh(1), with the failing report on stdin");
  options.option("--junit", chosen.junit, "FILE", "Write the report as JUnit XML, too");
}

/// The name of the first that was given among those from `first` on.
std::optional<std::string> given(const CLI::App& app, std::size_t first) {
  const auto all = app.get_options();
  for (std::size_t i = first; i < all.size(); ++i)
    if (all[i]->count() > 0) return all[i]->get_name();
  return std::nullopt;
}

int run(int argc, char** argv) {
  tool::Options chosen;
  std::optional<std::string> shard;
  cli::Options options("sandbox-test", "Run tests in a sandbox and report them");
  options.app().add_option("TARGET", chosen.target, "A sandbox, or an image to launch one; without it, records are read from stdin");
  add_what(options, chosen, shard);
  options.output(chosen.output);
  const std::size_t first = options.app().get_options().size();
  life::add_launch_options(options, chosen.launch);
  options.examples({{"sandbox-test python-3.11", "the test cases of the image's recipe"},
                    {"sandbox-test --suite . python-3.11", "this project's own tests, by its own runner"},
                    {"sandbox-build recipes/busybox | sandbox-launch | sandbox-test --junit report.xml", "in a pipe"}});
  options.parse(argc, argv);
  chosen.launch_option = given(options.app(), first);
  if (shard) chosen.shard = tool::parse_shard(*shard);
  cli::note_interrupts();
  try {
    return tool::test(chosen);
  } catch (const cli::Interrupted& interrupted) {
    cli::end_by(interrupted);
  }
}

}  // namespace

int main(int argc, char** argv) { return cli::tool_main("sandbox-test", argc, argv, run); }
