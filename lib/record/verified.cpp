#include "record/verified.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Fault& fault) {
  json = {{"what", fault.what},
          {"number", fault.number},
          {"file", fault.file},
          {"line", fault.line},
          {"detail", fault.detail}};
}

void from_json(const Json& json, Fault& fault) {
  fault.what = field<std::string>(json, "what");
  fault.number = field<std::uint64_t>(json, "number");
  fault.file = field<std::string>(json, "file");
  fault.line = field<std::uint64_t>(json, "line");
  fault.detail = field<std::string>(json, "detail");
}

void to_json(Json& json, const Anchor& anchor) {
  json = {{"head", anchor.head}, {"holds", anchor.holds}, {"detail", anchor.detail}};
}

void from_json(const Json& json, Anchor& anchor) {
  anchor.head = field<std::string>(json, "head");
  anchor.holds = field<bool>(json, "holds");
  anchor.detail = field<std::string>(json, "detail");
}

void to_json(Json& json, const Verified& verified) {
  json = {{"schema", Verified::kSchema},
          {"intact", verified.intact},
          {"entries", verified.entries},
          {"first", or_null(verified.first)},
          {"last", or_null(verified.last)},
          {"head", or_null(verified.head)},
          {"torn_bytes", verified.torn_bytes},
          {"fault", or_null(verified.fault)},
          {"anchors", verified.anchors},
          {"from", verified.from}};
}

void from_json(const Json& json, Verified& verified) {
  verified.intact = field<bool>(json, "intact");
  verified.entries = field<std::uint64_t>(json, "entries");
  verified.first = field_if<std::uint64_t>(json, "first");
  verified.last = field_if<std::uint64_t>(json, "last");
  verified.head = field_if<std::string>(json, "head");
  verified.torn_bytes = field<std::uint64_t>(json, "torn_bytes");
  verified.fault = field_if<Fault>(json, "fault");
  verified.anchors = field<std::vector<Anchor>>(json, "anchors");
  verified.from = from_of(json);
}

}  // namespace sandbox::record
