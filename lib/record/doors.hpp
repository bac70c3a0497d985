#pragma once
// Doors: the ways out of a sandbox, as its record shows them, and what went through them.
#include <cstdint>
#include <optional>
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

/// All connections to one name and port together.
struct Passage {
  std::optional<std::string> name;    ///< null, with the port: all that are not listed alone
  std::optional<std::uint16_t> port;
  std::uint64_t connections = 0;
  std::uint64_t bytes_out = 0, bytes_in = 0;
};

void to_json(Json& json, const Door& door);
void from_json(const Json& json, Door& door);
void to_json(Json& json, const Doors& doors);
void from_json(const Json& json, Doors& doors);
void to_json(Json& json, const Passage& passage);
void from_json(const Json& json, Passage& passage);

}  // namespace sandbox::record
