#include "languages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/jest_json.hpp"
#include "results/mocha_json.hpp"
#include "results/tap.hpp"

namespace sandbox::tool {

namespace {

using results::Reading;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool depends_on(const Project& project, const char* package) {
  const Json description = project.json("package.json");
  for (const char* list : {"dependencies", "devDependencies"})
    if (results::member(description, list).is_object() && results::member(description, list).contains(package)) return true;
  return false;
}

std::string test_script(const Project& project) {
  const Json description = project.json("package.json");
  return results::text_in(results::member(description, "scripts"), "test");
}

bool uses_jest(const Project& project) { return depends_on(project, "jest"); }
bool uses_vitest(const Project& project) { return depends_on(project, "vitest"); }
bool uses_mocha(const Project& project) { return depends_on(project, "mocha"); }

bool is_script(std::string_view name) {
  return name.ends_with(".js") || name.ends_with(".mjs") || name.ends_with(".cjs");
}

/// As `node --test` looks for them.
std::vector<std::string> node_tests(const Project& project) {
  return project.files([](std::string_view name) {
    if (!is_script(name)) return false;
    const std::string_view stem = name.substr(0, name.rfind('.'));
    return stem == "test" || stem.starts_with("test-") || stem.ends_with(".test") || stem.ends_with("-test") || stem.ends_with("_test");
  });
}

std::vector<std::string> mocha_tests(const Project& project) {
  auto found = project.files(is_script);
  std::erase_if(found, [](const std::string& path) { return !path.starts_with("test/"); });
  return found;
}

bool uses_node(const Project& project) {
  if (uses_jest(project) || uses_vitest(project) || uses_mocha(project)) return false;
  if (holds(test_script(project), "node --test")) return true;
  const auto tests = node_tests(project);
  return std::ranges::any_of(tests, [&](const std::string& file) { return holds(project.text(file), "node:test"); });
}

/// What the lock file says, where there is one.
std::string install_node(const Project& project) {
  const Json description = project.json("package.json");
  const bool needs_any = std::ranges::any_of(std::array{"dependencies", "devDependencies"}, [&](const char* list) {
    return results::member(description, list).is_object() && !results::member(description, list).empty();
  });
  if (!needs_any) return {};
  const char* how = project.has("package-lock.json") || project.has("npm-shrinkwrap.json") ? "ci" : "install";
  return fmt::format("npm {} --no-audit --no-fund --loglevel=error", how);
}

std::string run_node(const Wish&) {
  return "node --test --test-reporter=tap --test-reporter-destination=\"$R/report.tap\""
         " --test-reporter=spec --test-reporter-destination=stdout \"$@\"";
}

std::string run_jest(const Wish& wish) {
  std::string script = "node_modules/.bin/jest --ci --json --outputFile=\"$R/report.json\" --testLocationInResults";
  if (wish.fail_fast) script += " --bail";
  if (wish.parallel > 1) script += fmt::format(" --maxWorkers={}", wish.parallel);
  if (wish.shard) script += fmt::format(" --shard={}/{} --passWithNoTests", wish.shard->number, wish.shard->of);
  return script;
}

std::string run_vitest(const Wish& wish) {
  std::string script = "node_modules/.bin/vitest run --reporter=default --reporter=json --outputFile.json=\"$R/report.json\" --includeTaskLocation";
  if (wish.fail_fast) script += " --bail=1";
  if (wish.parallel > 1) script += fmt::format(" --minWorkers=1 --maxWorkers={}", wish.parallel);
  if (wish.shard) script += fmt::format(" --shard={}/{} --passWithNoTests", wish.shard->number, wish.shard->of);
  return script;
}

std::string run_mocha(const Wish& wish) {
  std::string script = "node_modules/.bin/mocha --reporter json --reporter-option output=\"$R/report.json\"";
  if (wish.fail_fast) script += " --bail";
  if (wish.parallel > 1) script += fmt::format(" --parallel --jobs {}", wish.parallel);
  return script + " \"$@\"";
}

Reading read_node(const Remains& remains) {
  Reading reading;
  if (const auto text = remains.text("report.tap", reading)) reading.append(results::read_tap(*text, results::Todo::is_to_be_written));
  for (record::TestCase& test : reading.cases())
    if (test.file && test.file->starts_with(remains.root)) test.file->erase(0, remains.root.size());
  return reading;
}

Reading read_jest(const Remains& remains) {
  Reading reading;
  if (const auto text = remains.text("report.json", reading)) reading.append(results::read_jest_json(*text, remains.root));
  return reading;
}

Reading read_mocha(const Remains& remains) {
  Reading reading;
  if (const auto text = remains.text("report.json", reading)) reading.append(results::read_mocha_json(*text, remains.root));
  return reading;
}

}  // namespace

std::vector<Runner> javascript_runners() {
  return {{"jest", "npm", "NPM_CONFIG_CACHE", uses_jest, install_node, run_jest, read_jest, true, true, true},
          {"vitest", "npm", "NPM_CONFIG_CACHE", uses_vitest, install_node, run_vitest, read_jest, true, true, true},
          {"mocha", "npm", "NPM_CONFIG_CACHE", uses_mocha, install_node, run_mocha, read_mocha, false, true, true, mocha_tests},
          {"node", "npm", "NPM_CONFIG_CACHE", uses_node, install_node, run_node, read_node, false, false, false, node_tests}};
}

}  // namespace sandbox::tool
