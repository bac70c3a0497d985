#pragma once
// What the options of sandbox-change ask for, in the words of the supervisor.
#include "change.hpp"
#include "config/config.hpp"
#include "life/alteration.hpp"

namespace sandbox::tool {

/// Throws Error(input) when they ask for nothing, or for what nobody understands.
life::Alteration wanted_by(const Options& options, const config::Config& config);

}  // namespace sandbox::tool
