#pragma once
// The step that brings in the recipe's own files and links.
#include "build/recipe.hpp"
#include "build/step.hpp"

namespace sandbox::build {

/// An O_PATH descriptor of `path` beneath the recipe's folder, whatever links it contains: a
/// recipe is somebody else's. Throws with the place in the recipe.
Fd open_source(const Recipe& recipe, const std::string& path, Place place);

/// Its key holds the hashes of everything that the copies name; throws with the place in the
/// recipe. Files that change while they are copied fail the step.
Step files_step(const Recipe& recipe, const std::vector<Copy>& copies, const std::vector<Link>& links);

}  // namespace sandbox::build
