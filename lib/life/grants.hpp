#pragma once
// Grants: a recipe asks, the caller allows. Doors have their own rules on top; see door_plan.
#include <string>

#include "config/config.hpp"
#include "life/launch.hpp"
#include "record/image.hpp"

namespace sandbox::life {

/// By --grant or the configuration: the word itself, or "all".
bool is_granted(const std::string& asked, const config::Config& config, const LaunchRequest& request);

/// Whether namespaces may be made inside. Throws when the recipe asks for them and the caller
/// does not allow it.
bool may_nest(const config::Config& config, const LaunchRequest& request, const record::Image& image);

}  // namespace sandbox::life
