#pragma once
// The first steps: a whole Debian, single packages unpacked onto nothing, an archive, or the
// layers of somebody else's image.
#include <optional>
#include <string>
#include <vector>

#include "build/recipe.hpp"
#include "build/step.hpp"

namespace sandbox::build {

/// `from: debian:SUITE` with its `packages`, by mmdebstrap.
Step debian_step(const Recipe& recipe);

/// `from: scratch`: the empty directories that every system has, and the files of the
/// packages, without their dependencies and scripts.
Step scratch_step(const Recipe& recipe);

/// `from: tar:PATH`: the files of an archive, plain or compressed with gzip, bzip2, xz or zstd.
Step archive_step(const Recipe& recipe);

/// `from: oci:PATH`: one step for each layer, and how the image wants to be run.
struct OciBase {
  std::vector<Step> steps;
  record::Defaults defaults;
  std::optional<std::string> version, description;
};
OciBase oci_base(const Recipe& recipe);

}  // namespace sandbox::build
