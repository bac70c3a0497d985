#include "record/failure.hpp"

#include "base/text.hpp"
#include "record/fields.hpp"

namespace sandbox::record {

Failure Failure::of(const Error& error, std::string_view tool, const Json& from) {
  return {std::string(tool), static_cast<int>(error.code()), visible(error.what()),
          visible(error.hint()), from};
}

void to_json(Json& json, const Failure& failure) {
  json = {{"schema", Failure::kSchema}, {"tool", failure.tool}, {"code", failure.code},
          {"message", failure.message}, {"hint", failure.hint}, {"from", failure.from}};
}

void from_json(const Json& json, Failure& failure) {
  failure.tool = field<std::string>(json, "tool");
  failure.code = field<int>(json, "code");
  failure.message = field<std::string>(json, "message");
  failure.hint = field_if<std::string>(json, "hint").value_or("");
  failure.from = from_of(json);
}

}  // namespace sandbox::record
