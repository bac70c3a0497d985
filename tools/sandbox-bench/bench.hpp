#pragma once
// The verb of sandbox-bench: measures an image, or each image of stdin, and says what has changed.
#include "options.hpp"

namespace sandbox::tool {

/// Returns the exit code: 1 when something failed, or is slower than it may be.
int bench(const Options& options);

}  // namespace sandbox::tool
