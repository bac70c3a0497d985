#include "runner.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "languages.hpp"

namespace sandbox::tool {

namespace {

std::string names_of(const std::vector<const Runner*>& some) {
  std::string names;
  for (const Runner* runner : some) names += (names.empty() ? "" : ", ") + std::string(runner->name);
  return names;
}

std::string names_of_all() {
  std::vector<const Runner*> all;
  for (const Runner& runner : runners()) all.push_back(&runner);
  return names_of(all);
}

}  // namespace

std::optional<std::string> Remains::text(const std::string& name, results::Reading& reading) const {
  try {
    auto text = files.read(name, results::kMaxReport);
    if (!text) reading.problem("missing", fmt::format("the runner left no report '{}'", name));
    return text;
  } catch (const Error& error) {
    reading.problem("unreadable", error.what());
    return std::nullopt;
  }
}

std::vector<std::string> Remains::names(std::string_view prefix) const {
  std::vector<std::string> names;
  for (const std::string& path : files.files([](std::string_view) { return true; }))
    if (path.starts_with(prefix)) names.push_back(path.substr(prefix.size()));
  return names;
}

const std::vector<Runner>& runners() {
  static const std::vector<Runner> all = [] {
    std::vector<Runner> them;
    for (const auto& of_language : {python_runners, javascript_runners, go_runners, rust_runners, cmake_runners, report_runners})
      for (const Runner& runner : of_language()) them.push_back(runner);
    return them;
  }();
  return all;
}

const Runner& runner_for(const Project& project, const std::optional<std::string>& name) {
  std::vector<const Runner*> found;
  for (const Runner& runner : runners())
    if (name ? runner.name == *name : runner.uses(project)) found.push_back(&runner);
  if (found.size() == 1) return *found.front();
  const std::string shown = visible(project.folder().native());
  if (name) throw Error(ExitCode::input, fmt::format("unknown runner '{}'", visible(*name)), "one of " + names_of_all());
  if (found.empty()) throw Error(ExitCode::input, fmt::format("no tests are known in '{}'", shown), "--runner NAME: " + names_of_all());
  throw Error(ExitCode::input, fmt::format("'{}' has tests for several runners: {}", shown, names_of(found)), "--runner NAME chooses one");
}

}  // namespace sandbox::tool
