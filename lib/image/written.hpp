#pragma once
// Written: the files that a sandbox has written, from its overlay's upper directory to the tree of
// a layer, deletions included. Hostile code chose all of them: no link is followed, nothing is
// opened that could make us wait, and what a layer cannot hold is refused. Whoever copies should be
// root of the sandbox's ids and of nothing else; see isolate/within_ids.hpp.
#include "base/fd.hpp"
#include "image/duplicate.hpp"
#include "image/manifest.hpp"

namespace sandbox::image {

/// Copies what is in `upper` into the empty directory `tree`, which itself stays as it is: every
/// sandbox has a top directory of its own. Returns how many owners got lost. Throws Error(input)
/// past the bounds.
std::uint64_t copy_written(const Fd& upper, const Fd& tree, Owners owners, const Bounds& bounds = {});

}  // namespace sandbox::image
