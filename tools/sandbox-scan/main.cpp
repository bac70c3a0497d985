// sandbox-scan looks at recipes and images without running anything, and prints what it found.
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "scan.hpp"

namespace {

using namespace sandbox;

/// By a program of its own: what reads archives and fetches them would cost every scan its start.
[[noreturn]] void become_update(const tool::Options& chosen, const std::vector<std::string>& sources) {
  std::vector<std::string> words = {"sandbox-osv"};
  if (chosen.database) words.push_back("--db=" + *chosen.database);
  if (chosen.output.quiet) words.push_back("--quiet");
  words.push_back("--");
  words.insert(words.end(), sources.begin(), sources.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const Path program = libexec_directory() / "sandbox-osv";
  ::execv(program.c_str(), argv.data());
  throw_system_error("cannot start", program.native());
}

int run(int argc, char** argv) {
  tool::Options chosen;
  std::optional<std::string> fail_on;
  std::vector<std::string> sources;
  bool lists_rules = false;
  cli::Options options("sandbox-scan", "Look for what is doubtful in recipes and images; nothing of them is run");
  options.option("RECIPE", chosen.recipes, "", "Folders with a recipe.yaml; without any, and without images, records are read from stdin");
  options.option("--image", chosen.images, "IMAGE", "Look at the files of this image of the store")->expected(1)->take_all();
  options.option("--fail-on", fail_on, "SEVERITY", "Exit 1 from this severity on: low, medium, high or critical; default what the recipe says, else high")
      ->check(CLI::IsMember({"low", "medium", "high", "critical"}));
  options.flag("--strict", chosen.wish.strict, "What is allowed counts all the same");
  options.option("--sarif", chosen.sarif, "FILE", "Write all findings as SARIF 2.1.0, too");
  options.option("--code-quality", chosen.code_quality, "FILE", "Write them as GitLab's code quality report, too");
  options.option("--sbom", chosen.sbom, "FILE", "Write the packages of the image as a CycloneDX 1.6 bill of materials, too");
  options.option("--db", chosen.database, "FILE", "The database of vulnerabilities, instead of the store's");
  options.flag("--no-trivy", chosen.no_trivy, "Do not ask trivy about the packages of images, where it is installed");
  options.option("--update-db", sources, "SOURCE", "Only take records of OSV into it: a folder, .zip, .json or .jsonl, or an https URL of one")->expected(1)->take_all();
  options.flag("--rules", lists_rules, "Only list the rules");
  options.output(chosen.output);
  options.words("--fail-on", {"low", "medium", "high", "critical"});
  options.examples({{"sandbox-scan recipes/busybox", "what is doubtful about a recipe"},
                    {"sandbox-scan --fail-on medium --sarif findings.sarif recipes/*", "in a job of CI"},
                    {"sandbox-build recipes/busybox | sandbox-scan", "an image, and what is in it"},
                    {"sandbox-scan --image python-3.11 --sbom bom.json", "which packages are in it, too"},
                    {"sandbox-scan --update-db all.zip", "what osv.dev publishes for an ecosystem; later scans of images look packages up in it"},
                    {"sandbox-scan --rules", "what is looked for"}});
  options.parse(argc, argv);
  if (lists_rules) return write_all(1, tool::rules_text(), "stdout"), 0;
  if (!sources.empty()) become_update(chosen, sources);
  if (fail_on) chosen.wish.fail_on = record::severity_of(*fail_on);
  return tool::scan(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-scan", argc, argv, run); }
