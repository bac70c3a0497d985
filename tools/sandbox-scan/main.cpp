// sandbox-scan looks at recipes without running anything, and prints what it found.
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "scan.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  std::optional<std::string> fail_on;
  bool lists_rules = false;
  cli::Options options("sandbox-scan", "Look for what is doubtful in recipes; nothing of them is run");
  options.option("RECIPE", chosen.targets, "", "Folders with a recipe.yaml");
  options.option("--fail-on", fail_on, "SEVERITY", "Exit 1 from this severity on: low, medium, high or critical; default what the recipe says, else high")
      ->check(CLI::IsMember({"low", "medium", "high", "critical"}));
  options.flag("--strict", chosen.wish.strict, "What is allowed counts all the same");
  options.option("--sarif", chosen.sarif, "FILE", "Write all findings as SARIF 2.1.0, too");
  options.option("--code-quality", chosen.code_quality, "FILE", "Write them as GitLab's code quality report, too");
  options.flag("--rules", lists_rules, "Only list the rules");
  options.output(chosen.output);
  options.words("--fail-on", {"low", "medium", "high", "critical"});
  options.examples({{"sandbox-scan recipes/busybox", "what is doubtful about a recipe"},
                    {"sandbox-scan --fail-on medium --sarif findings.sarif recipes/*", "in a job of CI"},
                    {"sandbox-scan --rules", "what is looked for"}});
  options.parse(argc, argv);
  if (lists_rules) return write_all(1, tool::rules_text(), "stdout"), 0;
  if (chosen.targets.empty()) throw Error(ExitCode::input, "nothing is named", "sandbox-scan FOLDER");
  if (fail_on) chosen.wish.fail_on = record::severity_of(*fail_on);
  return tool::scan(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-scan", argc, argv, run); }
