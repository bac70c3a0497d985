#pragma once
// Allowance: a finding that is known, and why it may be there. A comment
//   # sandbox-scan: allow RULE REASON
// allows that rule on its own line or, when it stands alone, on the next line that says something;
// a recipe's `scan.allow` allows it wherever it is found. An id that no rule has is a mistake, not
// a comment without effect.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/findings.hpp"

namespace sandbox::scan {

struct Allowance {
  std::string rule, reason;
  std::optional<std::string> path;  ///< nothing: everywhere
  int line = 0;                     ///< that it is about
  int written_at = 0;
  bool used = false;

  bool covers(const record::Finding& finding) const;
};

/// Throws Error(input) with the line of a comment that is none of ours.
std::vector<Allowance> allowances_of(std::string_view text, const std::string& path);

}  // namespace sandbox::scan
