#include "scan/package_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scan/trivy.hpp"

namespace sandbox::scan {

namespace {

const std::string& source_of(const Package& package) { return package.source.empty() ? package.name : package.source; }

class Telling {
 public:
  explicit Telling(Collector& collector) : collector_(collector) {}

  /// "glibc 2.36-9 has CVE-2026-1, mended in 2.36-10: ..."
  void tell(const Package& package, const Vulnerability& found) {
    if (!told_.insert({package.path, source_of(package), found.id}).second) return;
    const std::string& version = package.source_version.empty() ? package.version : package.source_version;
    collector_.add("vulnerability", found.severity,
                   fmt::format("{} {} has {}{}{}", source_of(package), version, found.id, found.fixed ? ", mended in " + *found.fixed : "",
                               found.summary.empty() ? "" : ": " + found.summary),
                   {package.path});
  }

 private:
  Collector& collector_;
  std::set<std::tuple<std::string, std::string, std::string>> told_;
};

void ask_trivy_about(const Packages& packages, const std::string& bill, const Path& program, Telling& telling) {
  for (const TrivyVulnerability& found : ask_trivy(program, bill)) {
    const auto is_it = [&](const Package& package) { return package.name == found.package && package.version == found.version; };
    const auto package = std::ranges::find_if(packages.packages, is_it);
    // One that it calls by another name than the bill does is told all the same.
    telling.tell(package == packages.packages.end() ? Package{{}, found.package, found.version, "", "", "", "/"} : *package, found.vulnerability);
  }
}

}  // namespace

void scan_packages(const Packages& packages, const std::string& bill, const Known& known, Collector& collector) {
  Telling telling(collector);
  if (known.database)
    for (const Package& package : packages.packages)
      for (const Vulnerability& found : known.database->of(package, packages.distribution)) telling.tell(package, found);
  if (!known.trivy.empty()) ask_trivy_about(packages, bill, known.trivy, telling);
  if (packages.truncated) collector.truncate();
}

}  // namespace sandbox::scan
