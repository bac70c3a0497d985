#include "languages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/go_json.hpp"

namespace sandbox::tool {

namespace {

using results::Reading;

bool uses_go(const Project& project) { return project.has("go.mod"); }

std::string install_go(const Project& project) { return project.has("go.sum") ? "go mod download" : ""; }

/// Its packages: the folders that have tests.
std::vector<std::string> go_packages(const Project& project) {
  std::vector<std::string> packages;
  for (const std::string& file : project.files([](std::string_view name) { return name.ends_with("_test.go"); })) {
    const std::size_t slash = file.rfind('/');
    const std::string package = slash == file.npos ? "." : "./" + file.substr(0, slash);
    if (std::ranges::find(packages, package) == packages.end()) packages.push_back(package);
  }
  return packages;
}

std::string run_go(const Wish& wish) {
  std::string script = "[ $# -gt 0 ] || set -- ./...; go test -json";
  if (wish.fail_fast) script += " -failfast";
  if (wish.parallel > 1) script += fmt::format(" -p {0} -parallel {0}", wish.parallel);
  return script + " \"$@\" >\"$R/events\"";
}

Reading read_go(const Remains& remains) {
  Reading reading;
  if (const auto text = remains.text("events", reading)) reading.append(results::read_go_json(*text));
  return reading;
}

}  // namespace

std::vector<Runner> go_runners() {
  return {{"go", "go", "GOMODCACHE", uses_go, install_go, run_go, read_go, false, true, true, go_packages}};
}

}  // namespace sandbox::tool
