#pragma once
// The key `services` of a recipe: programs that start with every sandbox of the image.
#include "build/values.hpp"
#include "record/service.hpp"

namespace sandbox::build {

/// `after` names services of this recipe only, and leads round no circle.
std::vector<record::Service> take_services(const Values& values, const Yaml& node);

/// Those of the image below, and these; of the same name, these.
std::vector<record::Service> services_over(std::vector<record::Service> below, const std::vector<record::Service>& mine);

}  // namespace sandbox::build
