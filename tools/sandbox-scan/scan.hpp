#pragma once
// The verb of sandbox-scan: recipes and images become findings.
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "scan/recipe_scan.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> recipes, images;  ///< neither: records from stdin
  scan::Wish wish;
  std::optional<std::string> sarif, code_quality, sbom;
  bool no_trivy = false;
  std::optional<std::string> database;  ///< of vulnerabilities; without it the store's, where there is one
  cli::Output output;
};

/// Returns the exit code: 1 when a finding counts.
int scan(const Options& options);

/// Every rule, a line each.
std::string rules_text();

}  // namespace sandbox::tool
