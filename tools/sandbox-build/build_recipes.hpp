#pragma once
// Builds the recipes that were asked for, one after the other, and writes their records.
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cli/output.hpp"
#include "life/launch.hpp"

namespace sandbox {

struct Request {
  std::vector<std::string> recipes;
  bool check = false;
  bool no_cache = false;
  bool update_lock = false;
  std::optional<std::string> from_step;
  bool shell_on_failure = false;
  std::string log;
  life::LaunchRequest steps;  ///< limits, walls and grants of their sandboxes
  std::string export_to;  ///< oci:DIRECTORY …; empty: nowhere
  cli::Output output;
};

/// The folder of a recipe: the argument itself when it is a path, else NAME in ./recipes,
/// beside the installed program, or in the source tree that this program was built from.
Path find_recipe(const std::string& argument);

int build_recipes(const Request& request);

}  // namespace sandbox
