#pragma once
// Recipe: what recipe.yaml says, checked. sandbox-recipe(5) documents every key.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "build/yaml.hpp"
#include "record/image.hpp"

namespace sandbox::build {

/// Where an image begins.
struct Base {
  enum class Kind { scratch, debian, tar, recipe, oci, ubuntu };
  Kind kind = Kind::scratch;
  std::string value;  ///< suite, path beneath the recipe's folder, or recipe name
  Place place;
  std::string tag;    ///< which image of an OCI layout; may be empty
};

/// A file or folder of the recipe, and where it goes.
struct Copy {
  std::string from;
  std::string to;
  std::optional<unsigned> mode;            ///< of the file, or of the folder itself
  std::optional<std::uint32_t> uid, gid;   ///< root unless given; kept where ids exist
  Place place;
};

struct Link {
  std::string at;
  std::string target;
};

/// One item of `steps`: a layer of its own, except for `env`.
struct Instruction {
  enum class Kind { packages, npm, pip, copy, run, env };
  Kind kind = Kind::run;
  Place place;
  std::optional<std::string> name;
  std::vector<std::string> items;     ///< of packages, npm and pip
  std::vector<Copy> copies;
  std::string script;                 ///< of run: lines for a shell
  std::map<std::string, std::string> env;
  std::vector<std::string> network;   ///< doors that it asks for besides its own preset
  std::optional<std::string> user, workdir;
  std::optional<std::chrono::milliseconds> timeout;
};

struct Recipe {
  Path folder;
  std::string file;  ///< as errors show it
  std::string name;
  std::optional<std::string> version, description, author, license;
  std::vector<std::string> tags;
  Base from;
  std::vector<std::string> suites;  ///< of a distribution, besides its own: backports
  std::vector<std::string> packages;
  std::vector<Copy> copies;
  std::vector<Link> links;
  std::map<std::string, std::string> env;
  std::vector<Instruction> steps;
  std::optional<std::string> user, workdir;
  record::Limits resources;
  std::vector<std::string> network;  ///< doors that its sandboxes ask for
  std::vector<record::Service> services;
  std::map<std::string, std::string> caches;  ///< by name
  std::vector<std::string> devices;  ///< that its sandboxes ask for
  std::optional<bool> nested;
  std::vector<int> ports;
  std::optional<Place> tests_place;  ///< nothing: not said, so tests.yaml where there is one
  record::Proof proof;

  /// How its sandboxes run: what the recipe says, over what the image below says.
  record::Defaults defaults_over(record::Defaults base) const;
};

/// Reads FOLDER/recipe.yaml; throws Error(input) with file, line and column.
Recipe read_recipe(const Path& folder);

/// The same from text, for tests and fuzzing.
Recipe parse_recipe(const std::string& text, const Path& folder);

/// What the recipe says in one canonical line: comments, order of keys and layout are gone.
std::string canonical_text(const Recipe& recipe);

}  // namespace sandbox::build
