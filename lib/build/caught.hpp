#pragma once
// Caught: what a step's sandbox wrote, as the tree of a layer. Deletions are as overlayfs
// writes them with userxattr, whoever builds: a character device 0/0 hides what is below it,
// and a directory with user.overlay.opaque does not show what the layers below have in it.
// Both can be made without any privilege, and the next overlay reads them as they are.
#include <string>
#include <vector>

#include "build/step.hpp"

namespace sandbox::build {

/// Moves the upper directory of `disk` (see engine::Spec::upper) to the place's tree, without
/// the mount points of `shown` and without what was left in /tmp.
void catch_layer(const Path& disk, const std::vector<std::string>& shown, const Workplace& place);

}  // namespace sandbox::build
