#pragma once
// Apt doors: sources for the apt of an image. One that was built with this host's sources needs
// none; where those of an image lead to no door, it is shown the host's, for its own release.
#include <string>

#include "life/plan.hpp"

namespace sandbox::life {

/// Adds an option for the apt inside, if the plan has those of the preset.
void add_apt_option(Plan& plan, const std::string& option);

/// For a plan whose doors have those of the preset `apt`.
void show_apt_sources(Plan& plan);

}  // namespace sandbox::life
