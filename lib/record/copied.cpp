#include "record/copied.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Copied& copied) {
  Json sources = Json::array();
  for (const std::string& source : copied.sources) sources.push_back(text_json(source));
  json = {{"schema", Copied::kSchema}, {"sandbox", copied.sandbox},          {"direction", copied.direction},
          {"sources", sources},        {"target", text_json(copied.target)}, {"files", copied.files},
          {"bytes", copied.bytes},     {"wall_ms", copied.wall_ms},          {"from", copied.from}};
}

void from_json(const Json& json, Copied& copied) {
  copied.sandbox = field<std::string>(json, "sandbox");
  copied.direction = field<std::string>(json, "direction");
  for (const Json& source : field<std::vector<Json>>(json, "sources")) copied.sources.push_back(text_of(source));
  copied.target = text_of(field<Json>(json, "target"));
  copied.files = field<std::uint64_t>(json, "files");
  copied.bytes = field<std::uint64_t>(json, "bytes");
  copied.wall_ms = field<double>(json, "wall_ms");
  copied.from = from_of(json);
}

}  // namespace sandbox::record
