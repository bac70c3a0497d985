#pragma once
// Which devices of the host a sandbox has: asked for by the caller, or by the recipe and
// granted by the caller.
#include "config/config.hpp"
#include "life/launch.hpp"
#include "life/plan.hpp"
#include "record/image.hpp"

namespace sandbox::life {

/// Adds nodes, shares and variables to the plan. Throws Error: 2 what is not granted, 3 a device
/// that this host does not have.
void plan_devices(Plan& plan, const config::Config& config, const LaunchRequest& request, const record::Image& image);

}  // namespace sandbox::life
