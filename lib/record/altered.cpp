#include "record/altered.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Altered& altered) {
  json = {{"what", altered.what}, {"to", altered.to}, {"state", altered.state}, {"reason", or_null(altered.reason)}};
}

void from_json(const Json& json, Altered& altered) {
  altered.what = field<std::string>(json, "what");
  altered.to = field<Json>(json, "to");
  altered.state = field<std::string>(json, "state");
  altered.reason = field_if<std::string>(json, "reason");
}

}  // namespace sandbox::record
