#pragma once
// Recipe rules: what recipe.yaml says, as the rules see it.
#include "build/recipe.hpp"
#include "scan/collector.hpp"
#include "scan/recipe_text.hpp"

namespace sandbox::scan {

/// `locked`: there is a recipe.lock.
void check_recipe(const build::Recipe& recipe, const RecipeText& text, bool locked, Collector& collector);

}  // namespace sandbox::scan
