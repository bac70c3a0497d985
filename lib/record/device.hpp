#pragma once
// Device: a device of the host that a sandbox has, as its record shows it.
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct Device {
  std::string name;                ///< vendor.com/class=name, as CDI names it
  std::vector<std::string> nodes;  ///< absolute paths inside
  std::vector<std::string> ignored;  ///< what else its description asks for: hooks, sockets
};

/// vendor.com/class=name: letters and digits at the ends of each part, '.', '_', '-' (and ':' in
/// the name) between.
bool is_device_name(std::string_view text);

void to_json(Json& json, const Device& device);
void from_json(const Json& json, Device& device);

}  // namespace sandbox::record
