#pragma once
// Recipe parts: values that stand both at the top of a recipe and in its steps.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "build/recipe.hpp"
#include "build/values.hpp"

namespace sandbox::build {

/// "SOURCE:DESTINATION" or a map, and lists of these.
Copy read_copy(const Values& values, const Yaml& node);
std::vector<Copy> read_copies(const Values& values, const Yaml& node);

std::vector<std::string> read_packages(const Values& values, const Yaml& node);
std::map<std::string, std::string> read_env(const Values& values, const Yaml& node);

/// Rules and presets, as --allow takes them; what they are is not looked up here.
std::vector<std::string> read_doors(const Values& values, const Yaml& node);

/// A name, UID or "UID:GID".
std::string read_user(const Values& values, const Yaml& node);

/// A list of words, or a text for the shell.
std::vector<std::string> read_command(const Values& values, const Yaml& node);

/// The list `steps`.
std::vector<Instruction> read_steps(const Values& values, const Yaml& node);

/// As the recipe writes it: packages, npm …
std::string_view key_of(Instruction::Kind kind);

/// For the canonical text and for keys.
Json copies_json(const std::vector<Copy>& copies);
Json steps_json(const std::vector<Instruction>& steps);

}  // namespace sandbox::build
