#include "record/wall.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Wall& wall) {
  json = {{"name", wall.name},
          {"state", wall.up ? "up" : "absent"},
          {"by", wall.by},
          {"limit", or_null(wall.limit)},
          {"inodes", or_null(wall.inodes)}};
}

void from_json(const Json& json, Wall& wall) {
  wall.name = field<std::string>(json, "name");
  wall.up = field<std::string>(json, "state") == "up";
  wall.by = field_if<std::string>(json, "by").value_or("");
  wall.limit = field_if<std::uint64_t>(json, "limit");
  wall.inodes = field_if<std::uint64_t>(json, "inodes");
}

}  // namespace sandbox::record
