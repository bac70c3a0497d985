#include "record/change.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Change& change) {
  json = {{"what", change.what}, {"to", change.to}, {"state", change.state}, {"reason", or_null(change.reason)}};
}

void from_json(const Json& json, Change& change) {
  change.what = field<std::string>(json, "what");
  change.to = field<Json>(json, "to");
  change.state = field<std::string>(json, "state");
  change.reason = field_if<std::string>(json, "reason");
}

}  // namespace sandbox::record
