#pragma once
// Rule: one thing that is looked for. Its id is what records, reports, comments that allow it and
// the section RULES of sandbox-scan(1) call it; it never changes its meaning.
#include <span>
#include <string_view>

#include "record/findings.hpp"

namespace sandbox::scan {

struct Rule {
  std::string_view id;
  record::Severity severity;
  std::string_view says;  ///< what is wrong, one sentence
  std::string_view fix;   ///< what to do about it
};

/// In the order of the page.
std::span<const Rule> rules();

/// Null when none is called so.
const Rule* find_rule(std::string_view id);

/// The nearest id to a word that is none, for a hint; may be empty.
std::string nearest_rule(std::string_view word);

}  // namespace sandbox::scan
