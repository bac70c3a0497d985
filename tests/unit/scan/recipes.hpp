#pragma once
// Recipes as texts, and what is found in them.
#include <algorithm>
#include <string>

#include "scan/recipe_scan.hpp"

namespace sandbox::test {

inline record::Findings scanned(const std::string& text, const scan::Wish& wish = {}) { return scan::scan_recipe_text(text, "r", wish); }

/// "RULE:LINE", those that are allowed in parentheses; the line is 0 where it is about the whole.
inline std::string found(const record::Findings& findings) {
  std::vector<std::string> all;
  for (const record::Finding& finding : findings.findings) {
    const std::string text = finding.rule + ":" + std::to_string(finding.line.value_or(0));
    all.push_back(finding.allowed ? "(" + text + ")" : text);
  }
  std::ranges::sort(all);
  std::string joined;
  for (const std::string& one : all) joined += (joined.empty() ? "" : " ") + one;
  return joined;
}

/// A recipe in which nothing is found, and these lines, the first of which is line 6.
inline std::string sound(const std::string& more = "") {
  return "name: r\nfrom: scratch\nuser: sandbox\nresources: {memory: 1G, pids: 64}\ntests: t.yaml\n" + more;
}

}  // namespace sandbox::test
