#pragma once
// The other verb of sandbox-build: what one image of the store has that another has not.
#include <string>

#include "cli/output.hpp"

namespace sandbox {

/// Images by name or digest.
int compare_images(const std::string& before, const std::string& after, const cli::Output& output);

}  // namespace sandbox
