#pragma once
// Watch: the verb of sandbox-copy --watch: a folder here is mirrored into a sandbox while it
// changes.
#include "copy.hpp"

namespace sandbox::tool {

/// Returns when the sandbox has ended.
int watch(const Options& options);

}  // namespace sandbox::tool
