#pragma once
// Show changes: the verb of sandbox-copy --changes.
#include "copy.hpp"

namespace sandbox::tool {

/// The operands are sandboxes, ID or ID:PATH; without any, records of stdin. Returns the exit code.
int show_changes(const Options& options);

}  // namespace sandbox::tool
