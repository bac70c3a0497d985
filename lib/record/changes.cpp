#include "record/changes.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const FileChange& change) {
  json = {{"path", text_json(change.path)},
          {"status", change.status},
          {"in_patch", change.in_patch},
          {"reason", or_null(change.reason)}};
}

void from_json(const Json& json, FileChange& change) {
  change.path = text_of(field<Json>(json, "path"));
  change.status = field<std::string>(json, "status");
  change.in_patch = field<bool>(json, "in_patch");
  change.reason = field_if<std::string>(json, "reason");
}

void to_json(Json& json, const Changes& changes) {
  json = {{"schema", Changes::kSchema},          {"sandbox", changes.sandbox},
          {"path", text_json(changes.path)},     {"base", text_json(changes.base)},
          {"files", changes.files},              {"patch", text_json(changes.patch)},
          {"truncated", changes.truncated},      {"from", changes.from}};
}

void from_json(const Json& json, Changes& changes) {
  changes.sandbox = field<std::string>(json, "sandbox");
  changes.path = text_of(field<Json>(json, "path"));
  changes.base = text_of(field<Json>(json, "base"));
  changes.files = field<std::vector<FileChange>>(json, "files");
  changes.patch = text_of(field<Json>(json, "patch"));
  changes.truncated = field<bool>(json, "truncated");
  changes.from = from_of(json);
}

}  // namespace sandbox::record
