#include "image/oci_layout.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "image/machine_name.hpp"
#include "image/tar_reader.hpp"

namespace sandbox::image {

namespace {

constexpr std::uint64_t kMaxJson = std::uint64_t{4} << 20;
constexpr std::size_t kMaxMembers = 100'000;
constexpr std::size_t kMaxLayers = 500;
constexpr int kMaxIndexes = 4;  // an index within an index
constexpr const char* kRefName = "org.opencontainers.image.ref.name";

/// "sha256:HEX" → "blobs/sha256/HEX"; nothing for anything else, so that no digest of a stranger
/// is a path.
std::optional<std::string> blob_name(const std::string& digest) {
  if (!digest.starts_with("sha256:") || !digest::is_hex_digest(digest.substr(7))) return std::nullopt;
  return "blobs/sha256/" + digest.substr(7);
}

std::string text_or_empty(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return !object.is_object() || found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

const Json& list(const Json& object, const char* name) {
  static const Json empty = Json::array();
  const auto found = object.is_object() ? object.find(name) : object.end();
  return !object.is_object() || found == object.end() || !found->is_array() ? empty : *found;
}

std::string ref_name(const Json& descriptor) {
  const auto found = descriptor.is_object() ? descriptor.find("annotations") : descriptor.end();
  return !descriptor.is_object() || found == descriptor.end() ? "" : text_or_empty(*found, kRefName);
}

bool is_index(const std::string& type) {
  return type == "application/vnd.oci.image.index.v1+json" ||
         type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

bool is_layer(const std::string& type) {
  return type.starts_with("application/vnd.oci.image.layer.v1.tar") ||
         type.starts_with("application/vnd.docker.image.rootfs.diff.tar");
}

/// A name without '/' and ':' that a tag may follow: "docker.io/library/busybox:latest".
bool names(const std::string& whole, const std::string& tag) { return whole == tag || whole.ends_with(":" + tag); }

std::string digest_of(std::string_view text) { return "sha256:" + digest::sha256_hex(text); }

}  // namespace

Error OciLayout::problem(std::string_view what, const std::string& hint) const {
  return Error(ExitCode::input, fmt::format("the image '{}' {}", visible(shown_), what), hint);
}

OciLayout OciLayout::open(const Fd& place, std::string shown) {
  struct stat info {};
  if (::fstat(place.get(), &info) < 0) throw_system_error("cannot look at", visible(shown));
  const bool is_archive = !S_ISDIR(info.st_mode);
  OciLayout layout(Fd(), std::move(shown));
  layout.is_archive_ = is_archive;
  if (is_archive && !S_ISREG(info.st_mode)) throw layout.problem("is neither a directory nor a file");
  const std::string through = fmt::format("/proc/self/fd/{}", place.get());
  layout.place_ = checked_fd(::open(through.c_str(), O_RDONLY | O_CLOEXEC | (is_archive ? 0 : O_DIRECTORY)), "cannot open",
                             visible(layout.shown_));
  if (is_archive) layout.read_members();
  return layout;
}

/// Names are looked up, never opened: a link in the archive is another name in it.
void OciLayout::read_members() {
  struct stat info {};
  if (::fstat(place_.get(), &info) < 0) throw_system_error("cannot look at", visible(shown_));
  std::array<char, 4> start{};
  if (::pread(place_.get(), start.data(), start.size(), 0) >= 2 &&
      (std::string_view(start.data(), 2) == "\x1f\x8b" || std::string_view(start.data(), 4) == "\x28\xb5\x2f\xfd"))
    throw problem("is compressed as a whole", "decompress it; its layers may be compressed");
  TarReader reader(place_.get(), static_cast<std::uint64_t>(info.st_size), shown_);
  while (const std::optional<Member> member = reader.next()) {
    if (members_.size() + links_.size() == kMaxMembers) throw problem("has too many files");
    const std::string name = Path(member->name).lexically_normal();
    const bool is_new = !members_.contains(name) && !links_.contains(name);
    if (!is_new) throw problem(fmt::format("has '{}' twice", visible(name)));
    if (member->kind == Member::Kind::file && member->size == member->stored) members_[name] = {member->offset, member->size};
    if (member->kind == Member::Kind::link) links_[name] = (Path(name).parent_path() / member->target).lexically_normal();
    if (member->kind == Member::Kind::hard_link) links_[name] = Path(member->target).lexically_normal();
  }
}

bool OciLayout::has(const std::string& name) const {
  if (is_archive_) return members_.contains(name) || links_.contains(name);
  return ::faccessat(place_.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

Blob OciLayout::blob(const std::string& name) const {
  if (is_archive_) {
    const auto link = links_.find(name);
    const auto found = members_.find(link == links_.end() ? name : link->second);
    if (found == members_.end()) throw problem(fmt::format("lacks '{}'", visible(name)));
    return {duplicate(place_), found->second.offset, found->second.size};
  }
  open_how how{};
  how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  Fd file(static_cast<int>(::syscall(SYS_openat2, place_.get(), name.c_str(), &how, sizeof how)));
  if (!file) throw problem(fmt::format("lacks '{}': {}", visible(name), error_text(errno)));
  struct stat info {};
  if (::fstat(file.get(), &info) < 0) throw_system_error("cannot look at", visible(name));
  if (!S_ISREG(info.st_mode)) throw problem(fmt::format("has '{}', which is no file", visible(name)));
  return {std::move(file), 0, static_cast<std::uint64_t>(info.st_size)};
}

Json OciLayout::read_json(const std::string& name, const std::string& digest) const {
  const Blob found = blob(name);
  if (found.size > kMaxJson) throw problem(fmt::format("has '{}' of more than {} bytes", visible(name), kMaxJson));
  std::string text(found.size, '\0');
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::pread(found.file.get(), text.data() + at, text.size() - at, static_cast<off_t>(found.offset + at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw problem(fmt::format("has '{}', which cannot be read", visible(name)));
    at += static_cast<std::size_t>(n);
  }
  if (!digest.empty() && digest_of(text) != digest) throw problem(fmt::format("has '{}' with another digest", visible(name)));
  try {
    return record::parse(text, visible(name));
  } catch (const Error& error) {
    throw problem(fmt::format("is damaged: {}", error.what()));
  }
}

OciImage OciLayout::find(const std::string& tag) const {
  try {
    if (has("index.json")) return find_in_index(tag);
    if (has("manifest.json")) return find_in_docker_list(tag);
  } catch (const nlohmann::json::exception& error) {
    throw problem(fmt::format("is damaged: {}", error.what()));
  }
  throw problem("is none: it has no index.json and no manifest.json", "see skopeo(1): skopeo copy … oci:DIR:TAG");
}

Json OciLayout::choose(const Json& index, const std::string& tag, int depth) const {
  const std::string machine = machine_name();
  std::vector<Json> fitting;
  std::string offered;
  for (const Json& descriptor : list(index, "manifests")) {
    if (depth == 0 && !tag.empty() && !names(ref_name(descriptor), tag)) continue;
    const auto platform = descriptor.is_object() ? descriptor.find("platform") : descriptor.end();
    if (descriptor.is_object() && platform != descriptor.end() && platform->is_object()) {
      const std::string other = text_or_empty(*platform, "architecture");
      if (other != machine || text_or_empty(*platform, "os") != "linux") {
        offered += fmt::format("{}{}", offered.empty() ? "" : ", ", visible(other));
        continue;
      }
    }
    fitting.push_back(descriptor);
  }
  if (fitting.empty() && !offered.empty())
    throw Error(HostCheck::kernel, fmt::format("the image '{}' is for {}, not for {}", visible(shown_), offered, machine));
  if (fitting.empty()) throw problem(tag.empty() ? "is empty" : fmt::format("has nothing with the name '{}'", visible(tag)));
  // Of several for one machine (variants) any runs; of several images the caller knows best.
  if (depth == 0 && tag.empty() && fitting.size() > 1) {
    std::string all;
    for (const Json& one : fitting) all += fmt::format("{}{}", all.empty() ? "" : ", ", visible(ref_name(one)));
    throw problem("holds several", fmt::format("name one of them behind the path, as oci:PATH:TAG: {}", all));
  }
  return fitting.front();
}

Json OciLayout::manifest_of(const Json& descriptor, int depth) const {
  if (depth > kMaxIndexes) throw problem("has indexes in indexes without an end");
  const std::string digest = text_or_empty(descriptor, "digest");
  const std::optional<std::string> name = blob_name(digest);
  if (!name) throw problem(fmt::format("uses the digest '{}', which is not understood", visible(digest.substr(0, 100))));
  const Json json = read_json(*name, digest);
  const std::string type = text_or_empty(descriptor, "mediaType");
  if (is_index(type) || json.contains("manifests")) return manifest_of(choose(json, "", depth), depth + 1);
  return json;
}

OciImage OciLayout::find_in_index(const std::string& tag) const {
  const Json manifest = manifest_of(choose(read_json("index.json", ""), tag, 0), 1);
  const Json& described = manifest.is_object() && manifest.contains("config") ? manifest["config"] : Json();
  const std::string digest = text_or_empty(described, "digest");
  const std::optional<std::string> name = blob_name(digest);
  if (!name) throw problem("has a manifest without a configuration");
  std::vector<OciLayer> layers;
  for (const Json& layer : list(manifest, "layers")) {
    const std::string of_layer = text_or_empty(layer, "digest"), type = text_or_empty(layer, "mediaType");
    const std::optional<std::string> file = blob_name(of_layer);
    if (!file) throw problem(fmt::format("uses the digest '{}', which is not understood", visible(of_layer.substr(0, 100))));
    if (!is_layer(type)) throw problem(fmt::format("has a layer of the type '{}'", visible(type.substr(0, 100))));
    layers.push_back({*file, of_layer, ""});
  }
  return image_of(read_json(*name, digest), std::move(layers));
}

/// What `docker save` writes beside, or in old versions instead of, an index.
OciImage OciLayout::find_in_docker_list(const std::string& tag) const {
  const Json all = read_json("manifest.json", "");
  if (!all.is_array()) throw problem("has a manifest.json that is no list");
  const Json* chosen = nullptr;
  for (const Json& one : all) {
    const Json& tags = list(one, "RepoTags");
    const bool is_named = std::ranges::any_of(tags, [&](const Json& t) { return t.is_string() && names(t.get<std::string>(), tag); });
    if (!tag.empty() && !is_named) continue;
    if (chosen) throw problem("holds several", "name one of them behind the path, as oci:PATH:TAG");
    chosen = &one;
  }
  if (!chosen) throw problem(tag.empty() ? "is empty" : fmt::format("has nothing with the name '{}'", visible(tag)));
  std::vector<OciLayer> layers;
  for (const Json& layer : list(*chosen, "Layers")) layers.push_back({layer.get<std::string>(), "", ""});
  const std::string config = text_or_empty(*chosen, "Config"), stem = Path(config).stem();
  return image_of(read_json(config, digest::is_hex_digest(stem) ? "sha256:" + stem : ""), std::move(layers));
}

OciImage OciLayout::image_of(const Json& configuration, std::vector<OciLayer> layers) const {
  const std::string machine = text_or_empty(configuration, "architecture");
  if (machine != machine_name() || text_or_empty(configuration, "os") != "linux")
    throw Error(HostCheck::kernel, fmt::format("the image '{}' is for '{}', not for {}", visible(shown_), visible(machine), machine_name()));
  const Json& contents = configuration.contains("rootfs") ? list(configuration["rootfs"], "diff_ids") : list(Json(), "");
  if (contents.size() != layers.size() || layers.empty() || layers.size() > kMaxLayers)
    throw problem(fmt::format("has {} layers and digests of {}", layers.size(), contents.size()));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].content = contents[i].get<std::string>();
    if (!blob_name(layers[i].content)) throw problem("uses a digest of a layer that is not understood");
  }
  const auto config = configuration.find("config");
  return {std::move(layers), config != configuration.end() && config->is_object() ? *config : Json::object()};
}

std::string copy_blob(const Blob& blob, const Fd& to, std::string_view shown) {
  std::vector<char> buffer(std::size_t{1} << 20);
  digest::Sha256 sum;
  for (std::uint64_t at = 0; at < blob.size;) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), blob.size - at);
    const ssize_t n = ::pread(blob.file.get(), buffer.data(), wanted, static_cast<off_t>(blob.offset + at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot read", visible(shown));
    if (n == 0) throw Error(ExitCode::input, fmt::format("'{}' became shorter while it was read", visible(shown)));
    const std::string_view part(buffer.data(), static_cast<std::size_t>(n));
    sum.update(part);
    write_all(to.get(), part, visible(shown));
    at += part.size();
  }
  return "sha256:" + digest::hex(std::move(sum).finish());
}

}  // namespace sandbox::image
