// sandbox-doctor says what this host can do, what not, and the exact fix.
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "doctor.hpp"
#include "engine/container/embedded_agent.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-doctor", "Show what this host can do, what not, and the exact fix");
  options.app().add_option("NAME", chosen.names, "Only these lines, or groups: host, isolation, limits, store, programs");
  options.flag("-v,--verbose", chosen.verbose, "Explain every line, not only problems");
  options.flag("--fix", chosen.fix, "Do what is harmless and reversible, after showing it");
  options.flag("-y,--yes", chosen.yes, "With --fix: do not ask");
  options.option("--user", chosen.user, "NAME", "For root: what this user can do");
  options.words("NAME", tool::known_names());
  options.output(chosen.output);
  options.examples({{"sandbox-doctor", "what can be done here"},
                    {"sandbox-doctor memory", "one line: why a wall cannot be raised"},
                    {"sandbox-doctor --fix --yes", "mend what can safely be mended"}});
  options.parse(argc, argv);
  return tool::diagnose(chosen, engine::embedded_agent());
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-doctor", argc, argv, run); }
