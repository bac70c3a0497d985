#include "record/image.hpp"

#include "base/error.hpp"
#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Layer& layer) {
  json = {{"digest", layer.digest}, {"bytes", layer.bytes}, {"files", layer.files}};
}

void from_json(const Json& json, Layer& layer) {
  layer.digest = field<std::string>(json, "digest");
  layer.bytes = field<std::uint64_t>(json, "bytes");
  layer.files = field<std::uint64_t>(json, "files");
}

void to_json(Json& json, const Defaults& defaults) {
  json = {{"env", defaults.env},
          {"user", defaults.user},
          {"workdir", defaults.workdir},
          {"resources", defaults.resources},
          {"network", defaults.network},
          {"services", defaults.services},
          {"caches", defaults.caches},
          {"devices", defaults.devices},
          {"nested", defaults.nested},
          {"ports", defaults.ports}};
}

void from_json(const Json& json, Defaults& defaults) {
  defaults.env = field<std::map<std::string, std::string>>(json, "env");
  defaults.user = field<std::string>(json, "user");
  defaults.workdir = field<std::string>(json, "workdir");
  defaults.resources = field<Limits>(json, "resources");
  defaults.network = field_if<std::vector<std::string>>(json, "network").value_or(std::vector<std::string>{});
  defaults.services = field_if<std::vector<Service>>(json, "services").value_or(std::vector<Service>{});
  defaults.caches = field_if<std::map<std::string, std::string>>(json, "caches").value_or(std::map<std::string, std::string>{});
  defaults.devices = field_if<std::vector<std::string>>(json, "devices").value_or(std::vector<std::string>{});
  defaults.nested = field_if<bool>(json, "nested").value_or(false);
  defaults.ports = field_if<std::vector<int>>(json, "ports").value_or(std::vector<int>{});
}

void to_json(Json& json, const SnapshotOf& of) {
  json = {{"sandbox", of.sandbox}, {"image", of.image}, {"image_digest", of.image_digest}};
}

void from_json(const Json& json, SnapshotOf& of) {
  of.sandbox = field<std::string>(json, "sandbox");
  of.image = field<std::string>(json, "image");
  of.image_digest = field<std::string>(json, "image_digest");
}

void to_json(Json& json, const SavedMachine& machine) {
  json = {{"kernel", machine.kernel}, {"qemu", machine.qemu}, {"processor", machine.processor}, {"cable", machine.cable}};
}

void from_json(const Json& json, SavedMachine& machine) {
  machine.kernel = field<std::string>(json, "kernel");
  machine.qemu = field<std::string>(json, "qemu");
  machine.processor = field<std::string>(json, "processor");
  machine.cable = field<bool>(json, "cable");
}

void to_json(Json& json, const Image& image) {
  json = {{"schema", Image::kSchema},
          {"name", image.name},
          {"version", or_null(image.version)},
          {"description", or_null(image.description)},
          {"digest", image.digest},
          {"created", image.created},
          {"pinned", image.pinned},
          {"cached", image.cached},
          {"layers", image.layers},
          {"defaults", image.defaults},
          {"proof", image.proof},
          {"recipe", or_null(image.recipe)},
          {"snapshot_of", or_null(image.snapshot_of)},
          {"machine", or_null(image.machine)},
          {"timings_ms", image.timings_ms},
          {"from", image.from}};
}

void from_json(const Json& json, Image& image) {
  image.name = field<std::string>(json, "name");
  image.version = field_if<std::string>(json, "version");
  image.description = field_if<std::string>(json, "description");
  image.digest = field<std::string>(json, "digest");
  image.created = field<std::string>(json, "created");
  image.pinned = field<bool>(json, "pinned");
  image.cached = field_if<bool>(json, "cached").value_or(false);
  image.layers = field<std::vector<Layer>>(json, "layers");
  image.defaults = field<Defaults>(json, "defaults");
  image.proof = field_if<Proof>(json, "proof").value_or(Proof{});
  image.recipe = field_if<std::string>(json, "recipe");
  image.snapshot_of = field_if<SnapshotOf>(json, "snapshot_of");
  image.machine = field_if<SavedMachine>(json, "machine");
  if (image.machine && image.layers.empty()) throw Error(ExitCode::input, "an image with a machine has no layer that holds it");
  image.timings_ms = field<std::map<std::string, double>>(json, "timings_ms");
  image.from = from_of(json);
}

}  // namespace sandbox::record
