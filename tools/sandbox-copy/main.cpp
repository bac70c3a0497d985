// sandbox-copy copies files, folders and links into a sandbox and out of it.
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "copy.hpp"
#include "show_changes.hpp"
#include "watch.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-copy", "Copy files into a sandbox and out of it");
  options.app().add_option("FILE", chosen.operands, "Sources, then the target: paths here and SANDBOX:PATH; :PATH with records on stdin");
  options.option("-u,--user", chosen.user, "USER", "Who reads or owns the files in the sandbox; default: its own user");
  options.size("--limit", chosen.limit, "Copy out no more bytes than this");
  options.flag("--changes", chosen.changes, "Print what SANDBOX[:PATH] changed since launch, as a patch");
  auto* mirror = options.flag("--watch", chosen.watch, "Mirror a folder into the sandbox while it changes");
  mirror->excludes("--changes");
  options.output(chosen.output);
  options.examples({{"sandbox-copy src README.md demo:/workspace/", "into a folder of the sandbox"},
                    {"sandbox-copy demo:/workspace/report.txt .", "out of it"},
                    {"sandbox-launch busybox | sandbox-copy src :/src | sandbox-exec --json -- ls /src", "in a pipe"}});
  options.parse(argc, argv);
  cli::note_interrupts();
  try {
    return chosen.watch ? tool::watch(chosen) : chosen.changes ? tool::show_changes(chosen) : tool::copy(chosen);
  } catch (const cli::Interrupted& interrupted) {
    cli::end_by(interrupted);
  }
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-copy", argc, argv, run); }
