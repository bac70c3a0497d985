#pragma once
// Lock: recipe.lock, beside recipe.yaml: exactly what the recipe's base and steps take from
// elsewhere. An entry also says what the recipe asked for, so that a lock that was written for
// another recipe shows. sandbox-recipe(5) has its form.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "build/yaml.hpp"

namespace sandbox::build {

struct LockedPackage {
  std::string name, version;
  std::string architecture;  ///< of Debian's; empty for others
  std::string digest;        ///< "sha256:…" of the file that it came in
  Place place = {};          ///< in recipe.lock
};

/// One entry: a base, or a step that takes packages.
struct Locked {
  std::string of;                       ///< debian:SUITE, tar:PATH, RECIPE …; packages, npm, pip
  std::vector<std::string> asked;       ///< what the recipe lists there
  std::string digest;                   ///< of a base that is a file or an image
  std::vector<LockedPackage> packages;  ///< in the order of the file
  std::string npm;                      ///< what npm keeps in package-lock.json
  Place place = {};
};

struct Lock {
  std::string file;  ///< as errors show it
  std::string architecture;
  Place architecture_place = {};
  std::vector<Locked> entries;
};

Path lock_file_of(const Path& folder);

/// Nothing when the recipe has none. Throws Error(input) with line and column.
std::optional<Lock> read_lock_if_any(const Path& folder);
Lock parse_lock(const std::string& text, const std::string& shown);
std::string lock_text(const Lock& lock);

/// One line that says everything in an entry, for keys.
std::string canonical_text(const Locked& entry);

/// The lock and what is there do not go together: exit 1, with the fix.
Error misfit(const std::string& file, Place place, std::string_view problem);

/// Throws misfit() unless the lock's entries are about these, in this order; `wanted` has what
/// is known before anything is made.
void check_fits(const Lock& lock, const std::vector<Locked>& wanted);

/// What Debian calls this machine: amd64 …
std::string debian_architecture();

}  // namespace sandbox::build
