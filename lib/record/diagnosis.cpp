#include "record/diagnosis.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const DiagnosisLine& line) {
  json = {{"name", line.name},
          {"group", line.group},
          {"state", line.state},
          {"required", line.required},
          {"why", line.why},
          {"detail", text_json(line.detail)},
          {"fix", or_null(line.fix)},
          {"as_root", line.as_root},
          {"safe", line.safe}};
}

void from_json(const Json& json, DiagnosisLine& line) {
  line.name = field<std::string>(json, "name");
  line.group = field<std::string>(json, "group");
  line.state = field<std::string>(json, "state");
  line.required = field<bool>(json, "required");
  line.why = field<std::string>(json, "why");
  line.detail = text_of(field<Json>(json, "detail"));
  line.fix = field_if<std::string>(json, "fix");
  line.as_root = field<bool>(json, "as_root");
  line.safe = field<bool>(json, "safe");
}

void to_json(Json& json, const Diagnosis& diagnosis) {
  json = {{"schema", Diagnosis::kSchema},
          {"uid", diagnosis.uid},
          {"usable", diagnosis.usable},
          {"lines", diagnosis.lines},
          {"from", diagnosis.from}};
}

void from_json(const Json& json, Diagnosis& diagnosis) {
  diagnosis.uid = field<unsigned>(json, "uid");
  diagnosis.usable = field<bool>(json, "usable");
  diagnosis.lines = field<std::vector<DiagnosisLine>>(json, "lines");
  diagnosis.from = from_of(json);
}

}  // namespace sandbox::record
