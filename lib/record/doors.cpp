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

}  // namespace sandbox::record
