#pragma once
// The steps that take packages from the distribution: a whole Debian, or single packages
// unpacked onto nothing.
#include "build/recipe.hpp"
#include "build/step.hpp"

namespace sandbox::build {

/// `from: debian:SUITE` with its `packages`, by mmdebstrap.
Step debian_step(const Recipe& recipe);

/// `from: scratch`: the empty directories that every system has, and the files of the
/// packages, without their dependencies and scripts.
Step scratch_step(const Recipe& recipe);

}  // namespace sandbox::build
