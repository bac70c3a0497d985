#pragma once
// The keys `caches` and `devices` of a recipe: what its sandboxes have besides their files.
#include <map>
#include <string>
#include <vector>

#include "build/values.hpp"

namespace sandbox::build {

/// By name: where each shows.
std::map<std::string, std::string> take_caches(const Values& values, const Yaml& node);

/// Names as CDI has them, vendor.com/class=name.
std::vector<std::string> take_devices(const Values& values, const Yaml& node);

/// Where something inside listens.
std::vector<int> take_ports(const Values& values, const Yaml& node);

}  // namespace sandbox::build
