#pragma once
// Close doors: what was opened for the install is shut before the tests run.
#include "options.hpp"
#include "place.hpp"
#include "runner.hpp"

namespace sandbox::tool {

/// Those that the caller or the image asked for stay.
void close_doors(const Place& place, const Runner& runner, const Options& options);

}  // namespace sandbox::tool
