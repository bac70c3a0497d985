#include "record/refusal.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Refusal& r) {
  json = {{"schema", Refusal::kSchema}, {"time", r.time}, {"name", or_null(r.name)},   {"port", or_null(r.port)},
          {"reason", r.reason},         {"text", r.text}, {"allow", or_null(r.allow)}, {"unsaid", r.unsaid},
          {"from", r.from}};
}

void from_json(const Json& json, Refusal& r) {
  r.time = field<std::string>(json, "time");
  r.name = field_if<std::string>(json, "name");
  r.port = field_if<std::uint16_t>(json, "port");
  r.reason = field<std::string>(json, "reason");
  r.text = field<std::string>(json, "text");
  r.allow = field_if<std::string>(json, "allow");
  r.unsaid = field<std::uint64_t>(json, "unsaid");
  r.from = from_of(json);
}

}  // namespace sandbox::record
