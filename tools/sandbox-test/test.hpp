#pragma once
// The verb of sandbox-test: test cases or a suite, for one subject or for each record.
#include "options.hpp"

namespace sandbox::tool {

/// Returns the exit code: 1 when anything failed, or nothing can be said.
int test(const Options& options);

}  // namespace sandbox::tool
