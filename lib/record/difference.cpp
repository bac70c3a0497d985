#include "record/difference.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const ImageName& name) { json = {{"name", name.name}, {"digest", name.digest}}; }

void from_json(const Json& json, ImageName& name) {
  name.name = field<std::string>(json, "name");
  name.digest = field<std::string>(json, "digest");
}

void to_json(Json& json, const PackageDifference& package) {
  json = {{"name", package.name},
          {"architecture", package.architecture},
          {"before", or_null(package.before)},
          {"after", or_null(package.after)}};
}

void from_json(const Json& json, PackageDifference& package) {
  package.name = field<std::string>(json, "name");
  package.architecture = field<std::string>(json, "architecture");
  package.before = field_if<std::string>(json, "before");
  package.after = field_if<std::string>(json, "after");
}

void to_json(Json& json, const FileState& state) {
  json = {{"type", state.type},
          {"mode", state.mode},
          {"owner", state.owner},
          {"bytes", state.bytes},
          {"target", state.target ? text_json(*state.target) : Json(nullptr)}};
}

void from_json(const Json& json, FileState& state) {
  state.type = field<std::string>(json, "type");
  state.mode = field<std::string>(json, "mode");
  state.owner = field<std::string>(json, "owner");
  state.bytes = field<std::uint64_t>(json, "bytes");
  if (const auto target = field_if<Json>(json, "target")) state.target = text_of(*target);
}

void to_json(Json& json, const FileDifference& file) {
  json = {{"path", text_json(file.path)},
          {"before", or_null(file.before)},
          {"after", or_null(file.after)},
          {"changed", file.changed}};
}

void from_json(const Json& json, FileDifference& file) {
  file.path = text_of(field<Json>(json, "path"));
  file.before = field_if<FileState>(json, "before");
  file.after = field_if<FileState>(json, "after");
  file.changed = field<std::vector<std::string>>(json, "changed");
}

void to_json(Json& json, const Counts& counts) {
  json = {{"added", counts.added}, {"removed", counts.removed}, {"changed", counts.changed}};
}

void from_json(const Json& json, Counts& counts) {
  counts.added = field<std::uint64_t>(json, "added");
  counts.removed = field<std::uint64_t>(json, "removed");
  counts.changed = field<std::uint64_t>(json, "changed");
}

void to_json(Json& json, const Difference& difference) {
  json = {{"schema", Difference::kSchema},
          {"before", difference.before},
          {"after", difference.after},
          {"package_counts", difference.package_counts},
          {"file_counts", difference.file_counts},
          {"packages", difference.packages},
          {"files", difference.files},
          {"truncated", difference.truncated},
          {"from", difference.from}};
}

void from_json(const Json& json, Difference& difference) {
  difference.before = field<ImageName>(json, "before");
  difference.after = field<ImageName>(json, "after");
  difference.package_counts = field<Counts>(json, "package_counts");
  difference.file_counts = field<Counts>(json, "file_counts");
  difference.packages = field<std::vector<PackageDifference>>(json, "packages");
  difference.files = field<std::vector<FileDifference>>(json, "files");
  difference.truncated = field<bool>(json, "truncated");
  difference.from = from_of(json);
}

}  // namespace sandbox::record
