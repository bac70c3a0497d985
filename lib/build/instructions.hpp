#pragma once
// Instructions: the items of a recipe's `steps`, as steps of a build.
#include <vector>

#include "build/recipe.hpp"
#include "build/step.hpp"

namespace sandbox::build {

/// One for each that makes a layer, in order. `below`: the environment of the image below.
std::vector<Step> instruction_steps(const Recipe& recipe, const std::map<std::string, std::string>& below);

/// All doors that the steps of the recipe ask for, each once.
std::vector<std::string> doors_of_steps(const Recipe& recipe);

}  // namespace sandbox::build
