#include "record/outcome.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Stream& stream) {
  json = {{"text", text_json(stream.kept)}, {"bytes", stream.bytes}, {"truncated", stream.truncated}};
}

void from_json(const Json& json, Stream& stream) {
  stream.kept = text_of(field<Json>(json, "text"));
  stream.bytes = field<std::uint64_t>(json, "bytes");
  stream.truncated = field<bool>(json, "truncated");
}

void to_json(Json& json, const CommandOutcome& outcome) {
  Json argv = Json::array();
  for (const std::string& argument : outcome.argv) argv.push_back(text_json(argument));
  json = {{"argv", argv},          {"verdict", outcome.verdict}, {"stdout", outcome.out},
          {"stderr", outcome.err}, {"usage", outcome.usage},     {"pid", or_null(outcome.pid)}};
}

void from_json(const Json& json, CommandOutcome& outcome) {
  for (const Json& argument : field<Json>(json, "argv")) outcome.argv.push_back(text_of(argument));
  outcome.verdict = field<Verdict>(json, "verdict");
  outcome.out = field<Stream>(json, "stdout");
  outcome.err = field<Stream>(json, "stderr");
  outcome.usage = field<Usage>(json, "usage");
  outcome.pid = field_if<int>(json, "pid");
}

void to_json(Json& json, const Outcome& outcome) {
  json = {{"schema", Outcome::kSchema},
          {"sandbox", outcome.sandbox},
          {"verdict", outcome.verdict},
          {"commands", outcome.commands},
          {"files", outcome.files},
          {"timings_ms", outcome.timings_ms},
          {"log_head", or_null(outcome.log_head)},
          {"from", outcome.from}};
}

void from_json(const Json& json, Outcome& outcome) {
  outcome.sandbox = field<std::string>(json, "sandbox");
  outcome.verdict = field<Verdict>(json, "verdict");
  outcome.commands = field<std::vector<CommandOutcome>>(json, "commands");
  outcome.files = field<std::vector<std::string>>(json, "files");
  outcome.timings_ms = field<std::map<std::string, double>>(json, "timings_ms");
  outcome.log_head = field_if<std::string>(json, "log_head");
  outcome.from = from_of(json);
}

}  // namespace sandbox::record
