#pragma once
// Recipe scan: what is doubtful about a recipe's folder: what recipe.yaml says, and the files that
// go into the image. They are read within bounds, no link is followed, nothing is run.
#include <optional>

#include "base/file.hpp"
#include "record/findings.hpp"

namespace sandbox::scan {

struct Wish {
  std::optional<record::Severity> fail_on;  ///< else what the recipe says, else high
  bool strict = false;                      ///< what is allowed counts all the same
};

/// Throws Error(input) when the recipe cannot be read, or allows a rule that is none.
record::Findings scan_recipe(const Path& folder, const Wish& wish);

/// What the recipe's own text brings about is judged with this as its text, for tests and fuzzing.
record::Findings scan_recipe_text(const std::string& text, const Path& folder, const Wish& wish);

}  // namespace sandbox::scan
