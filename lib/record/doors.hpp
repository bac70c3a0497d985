#pragma once
// Doors: the ways out of a sandbox, as its record shows them.
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct Door {
  std::string allow;         ///< the rule, as --allow takes it
  bool private_too = false;  ///< may lead to private addresses
};

struct Doors {
  std::vector<Door> rules;
  std::vector<std::string> blocks;  ///< of private addresses that all may lead to
};

void to_json(Json& json, const Door& door);
void from_json(const Json& json, Door& door);
void to_json(Json& json, const Doors& doors);
void from_json(const Json& json, Doors& doors);

}  // namespace sandbox::record
