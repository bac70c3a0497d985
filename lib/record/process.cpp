#include "record/process.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Process& process) {
  Json argv = Json::array();
  for (const std::string& argument : process.argv) argv.push_back(text_json(argument));
  json = {{"schema", Process::kSchema}, {"sandbox", process.sandbox}, {"pid", process.pid},
          {"state", process.state},     {"argv", argv},               {"from", process.from}};
}

void from_json(const Json& json, Process& process) {
  process.sandbox = field<std::string>(json, "sandbox");
  process.pid = field<int>(json, "pid");
  process.state = field<std::string>(json, "state");
  for (const Json& argument : field<std::vector<Json>>(json, "argv")) process.argv.push_back(text_of(argument));
  process.from = from_of(json);
}

}  // namespace sandbox::record
