#include "record/doors.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Door& door) { json = {{"allow", door.allow}, {"private", door.private_too}}; }

void from_json(const Json& json, Door& door) {
  door.allow = field<std::string>(json, "allow");
  door.private_too = field<bool>(json, "private");
}

void to_json(Json& json, const Doors& doors) { json = {{"rules", doors.rules}, {"blocks", doors.blocks}}; }

void from_json(const Json& json, Doors& doors) {
  doors.rules = field<std::vector<Door>>(json, "rules");
  doors.blocks = field<std::vector<std::string>>(json, "blocks");
}

void to_json(Json& json, const Passage& p) {
  json = {{"name", or_null(p.name)},
          {"port", or_null(p.port)},
          {"connections", p.connections},
          {"bytes_out", p.bytes_out},
          {"bytes_in", p.bytes_in}};
}

void from_json(const Json& json, Passage& p) {
  p.name = field_if<std::string>(json, "name");
  p.port = field_if<std::uint16_t>(json, "port");
  p.connections = field<std::uint64_t>(json, "connections");
  p.bytes_out = field<std::uint64_t>(json, "bytes_out");
  p.bytes_in = field<std::uint64_t>(json, "bytes_in");
}

}  // namespace sandbox::record
