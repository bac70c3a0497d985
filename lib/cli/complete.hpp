#pragma once
// Complete: what may stand where the cursor is, for the shells. A tool answers from the very
// declaration of its options, `TOOL --complete WORD...`, so that nothing can go stale: the
// scripts of the shells (share/) know no option at all.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::cli {

struct Choice {
  std::string text;
  std::string about;
};

/// What a tool takes, without the parser.
struct Grammar {
  struct Item {
    std::vector<std::string> names;  ///< of an option, with their dashes; of a positional, one
    std::string value;               ///< as --help calls it; empty: a flag
    std::vector<std::string> words;  ///< all that it can be, where that is known
    std::string about;
    bool repeats = false;
  };
  std::vector<Item> options, positionals;
  bool runs_command = false;  ///< what follows `--` is none of ours
};

struct Completion {
  enum class Kind { choices, files, folders };
  Kind kind = Kind::choices;
  std::vector<Choice> choices;
};

/// What a value of that name can be on this host now: ID, IMAGE, RECIPE.
using Lookup = std::function<std::vector<Choice>(std::string_view value)>;

/// `words`: those of the command line after the tool's name, the last one begun or empty.
Completion complete(const Grammar& grammar, const std::vector<std::string>& words, const Lookup& look_up);

/// One choice per line, its text and what it is about with a tab between; or `:files`, `:folders`.
std::string text_of(const Completion& completion);

/// Sandboxes and images as sandbox-list says them, recipes as they are installed.
std::vector<Choice> look_up_here(std::string_view value);

}  // namespace sandbox::cli
