// sandbox-doctor says what this host can do, what not, and the exact fix.
#include <span>

#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "doctor.hpp"

// The agent, as in sandbox-supervise: the sandbox that is tried is a whole one.
asm(R"(
  .section .rodata
  .balign 16
  .global sandbox_agent_begin
  .global sandbox_agent_end
sandbox_agent_begin:
  .incbin ")" SANDBOX_AGENT R"("
sandbox_agent_end:
  .previous
)");
extern "C" const unsigned char sandbox_agent_begin[], sandbox_agent_end[];

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
  return tool::diagnose(chosen, std::span(sandbox_agent_begin, sandbox_agent_end));
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-doctor", argc, argv, run); }
