#include <fcntl.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/bases.hpp"
#include "build/files.hpp"
#include "build/unpack.hpp"
#include "build/values.hpp"
#include "digest/sha256.hpp"
#include "image/oci_layout.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

image::OciLayout open_layout(const Recipe& recipe) {
  return image::OciLayout::open(open_source(recipe, recipe.from.value, recipe.from.place), recipe.from.value);
}

Error other_digest(const std::string& shown) {
  return Error(ExitCode::input, fmt::format("the layer '{}' does not have its digest", visible(shown)));
}

/// The blob is copied first: what is checked is then what is unpacked, whoever writes to the
/// layout meanwhile.
void make_layer(const Recipe& recipe, const image::OciLayer& layer, const Workplace& place) {
  const Path file = place.folder / "blob";
  Fd copy = checked_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create", file.native());
  const std::string digest = image::copy_blob(open_layout(recipe).blob(layer.name), copy, layer.name);
  if (!layer.digest.empty() && digest != layer.digest) throw other_digest(layer.name);
  const auto rewind = [&](const Fd& fd) {
    if (::lseek(fd.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", visible(layer.name));
  };
  rewind(copy);
  const Fd plain = decompressed(std::move(copy), place, layer.name);
  rewind(plain);
  if ("sha256:" + digest::sha256_hex_of_fd(plain.get(), layer.name) != layer.content) throw other_digest(layer.name);
  unpack(plain, place, layer.name, image::Whiteouts::deletions);
}

/// "user:group" of names is the user, whose group the image's own files say.
std::string user_of(const std::string& text) {
  if (text.empty()) return "root";
  const std::string user = is_user(text) ? text : text.substr(0, text.find(':'));
  if (!is_user(user)) throw Error(ExitCode::input, fmt::format("the image's user '{}' is not understood", visible(text.substr(0, 100))));
  return user;
}

std::string text_or_empty(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

std::optional<std::string> label(const Json& config, const char* name) {
  const auto labels = config.find("Labels");
  const std::string text = labels == config.end() || !labels->is_object() ? "" : text_or_empty(*labels, name);
  return text.empty() ? std::nullopt : std::optional(text);
}

/// What to start has no place in an image here: a launch says it, each time.
record::Defaults defaults_of(const Json& config) {
  record::Defaults defaults;
  const auto variables = config.find("Env");
  if (variables != config.end() && variables->is_array())
    for (const Json& one : *variables) {
      const std::string text = one.is_string() ? one.get<std::string>() : "";
      const std::string name = text.substr(0, text.find('='));
      if (!is_variable(name) || name.size() == text.size())
        throw Error(ExitCode::input, fmt::format("the image's variable '{}' is not understood", visible(text.substr(0, 100))));
      defaults.env[name] = text.substr(name.size() + 1);
    }
  defaults.user = user_of(text_or_empty(config, "User"));
  const Path workdir = Path("/" + text_or_empty(config, "WorkingDir")).lexically_normal();
  defaults.workdir = workdir.native().size() > 1 && workdir.native().ends_with('/') ? workdir.parent_path().native() : workdir.native();
  return defaults;
}

Step layer_step(const Recipe& recipe, const image::OciLayer& layer, const std::string& title) {
  const Json text = {{"step", "oci"}, {"content", layer.content}};
  Step step{title, record::dump(text), false, [recipe, layer](const Workplace& place) { make_layer(recipe, layer, place); }};
  step.keeps_times = true;
  return step;
}

}  // namespace

OciBase oci_base(const Recipe& recipe) {
  const image::OciImage image = open_layout(recipe).find(recipe.from.tag);
  OciBase base;
  base.defaults = defaults_of(image.config);
  base.version = label(image.config, "org.opencontainers.image.version");
  base.description = label(image.config, "org.opencontainers.image.description");
  for (std::size_t i = 0; i < image.layers.size(); ++i)
    base.steps.push_back(layer_step(recipe, image.layers[i], fmt::format("layer {} of {}", i + 1, image.layers.size())));
  std::string contents;
  for (const image::OciLayer& layer : image.layers) contents += layer.content + "\n";
  const std::string tag = recipe.from.tag.empty() ? "" : ":" + recipe.from.tag;
  const std::string digest = "sha256:" + digest::sha256_hex(contents + record::dump(image.config));
  if (!base.steps.empty()) base.steps.front().lockable = Locked{.of = fmt::format("oci:{}{}", recipe.from.value, tag), .digest = digest};
  return base;
}

}  // namespace sandbox::build
