#include "store/images.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "record/fields.hpp"

namespace sandbox::store {

namespace {

constexpr std::size_t kMaxRecord = std::size_t{1} << 20;
constexpr std::string_view kPrefix = "sha256:";
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_hex(std::string_view text) { return text.find_first_not_of(kHexDigits) == text.npos; }

/// "sha256:HEX" → HEX; throws on anything else, so that a digest can be part of a path.
std::string hex_of(std::string_view digest) {
  std::string_view hex = digest;
  if (hex.starts_with(kPrefix)) hex.remove_prefix(kPrefix.size());
  if (hex.size() != 64 || !is_hex(hex))
    throw Error(ExitCode::input, fmt::format("not a digest: '{}'", visible(digest.substr(0, 80))));
  return std::string(hex);
}

Path image_file(const Store& store, const std::string& hex) { return store.images() / (hex + ".json"); }

Error damaged(const Path& file, std::string_view why) {
  return Error(ExitCode::failed, fmt::format("damaged record in the store '{}': {}", file.native(), why),
               "remove it and build the image again with --no-cache");
}

std::optional<record::Image> read_image(const Store& store, const std::string& hex) {
  const Path file = image_file(store, hex);
  const std::optional<std::string> text = read_file_if_exists(file, kMaxRecord);
  if (!text) return std::nullopt;
  try {
    const auto image = record::parse(*text, "the record").get<record::Image>();
    if (image.digest != fmt::format("{}{}", kPrefix, hex)) throw damaged(file, "it has another digest");
    for (const record::Layer& layer : image.layers) (void)hex_of(layer.digest);
    return image;
  } catch (const Error& error) {
    if (error.code() == ExitCode::failed) throw;
    throw damaged(file, error.what());
  }
}

std::optional<std::string> read_name(const Store& store, std::string_view name) {
  const Path file = store.images() / "names" / name;
  std::optional<std::string> text = read_file_if_exists(file, 200);
  if (!text) return std::nullopt;
  if (text->ends_with('\n')) text->pop_back();
  if (text->size() != 64 || !is_hex(*text)) throw damaged(file, "not a digest");
  return text;
}

/// The digests of all images, by looking at the directory.
std::vector<std::string> image_hexes(const Store& store) {
  std::vector<std::string> hexes;
  for (const auto& entry : std::filesystem::directory_iterator(store.images())) {
    const std::string name = entry.path().filename();
    if (name.size() == 69 && name.ends_with(".json") && is_hex(name.substr(0, 64)))
      hexes.push_back(name.substr(0, 64));
  }
  return hexes;
}

std::optional<std::string> complete(const Store& store, std::string_view beginning) {
  std::optional<std::string> found;
  for (const std::string& hex : image_hexes(store)) {
    if (!hex.starts_with(beginning)) continue;
    if (found)
      throw Error(ExitCode::input, fmt::format("more than one image begins with '{}'", beginning),
                  "give more digits; sandbox-list --images shows them");
    found = hex;
  }
  return found;
}

WallTime modified(const Path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) < 0) return WallTime{};
  return WallTime{std::chrono::seconds(info.st_mtim.tv_sec) +
                  std::chrono::milliseconds(info.st_mtim.tv_nsec / 1000000)};
}

/// Which sandbox uses which image: digest → sandbox. An unreadable record may use any image,
/// so it stops a removal instead of being skipped.
std::map<std::string, std::string> images_in_use(const Store& store) {
  std::map<std::string, std::string> users;
  for (const auto& entry : std::filesystem::directory_iterator(store.sandboxes())) {
    const Path file = entry.path() / "sandbox.json";
    const std::optional<std::string> text = read_file_if_exists(file, kMaxRecord);
    if (!text) continue;  // not launched yet (its launcher holds the lock), or just ended
    try {
      users[record::field<std::string>(record::parse(*text, "the record"), "image_digest")] =
          entry.path().filename();
    } catch (const Error& error) {
      throw damaged(file, error.what());
    }
  }
  return users;
}

/// Waits two seconds for builds and launches to finish with images.
Fd lock_for_removal(const Store& store) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (std::optional<Fd> lock = try_lock_file(store.state() / "images.lock")) return std::move(*lock);
    ::usleep(10'000);
  }
  throw Error(ExitCode::later, "images are in use by a build or a launch",
              "try again when it has finished");
}

void unlink_if_exists(const Path& file) {
  if (::unlink(file.c_str()) < 0 && errno != ENOENT) throw_system_error("cannot remove", file.native());
}

/// Renamed away first: a half-removed layer is never found under its digest.
std::uint64_t remove_layer(const Store& store, const Path& layer) {
  const TempDir away = TempDir::create(store.temporary());
  if (::rename(layer.c_str(), (away.path() / "layer").c_str()) < 0)
    throw_system_error("cannot remove", layer.native());
  return remove_tree(away.path() / "layer");
}

void remove_unneeded_layers(const Store& store, const std::vector<StoredImage>& left, Removed& removed) {
  std::vector<std::string> needed;
  for (const StoredImage& stored : left)
    for (const record::Layer& layer : stored.image.layers) needed.push_back(hex_of(layer.digest));
  for (const auto& entry : std::filesystem::directory_iterator(store.layers())) {
    if (std::ranges::find(needed, entry.path().filename().native()) != needed.end()) continue;
    removed.bytes += remove_layer(store, entry.path());
    ++removed.layers;
  }
}

void remove_dead_keys(const Store& store) {
  for (const auto& entry : std::filesystem::directory_iterator(store.keys())) {
    const std::string name = entry.path().filename();
    if (name.ends_with(".lock")) {
      // Only builds take these, and none runs while we hold the images alone.
      unlink_if_exists(entry.path());
      continue;
    }
    const std::optional<Key> key = find_key(store, name);
    if (!key) continue;
    const std::string hex = hex_of(key->digest);
    if (::access(image_file(store, hex).c_str(), F_OK) < 0 && !find_layer(store, hex))
      unlink_if_exists(entry.path());
  }
}

/// Names of removed images lead to the newest one that is left, or go.
void repair_names(const Store& store, const std::vector<StoredImage>& left) {
  for (const auto& entry : std::filesystem::directory_iterator(store.images() / "names")) {
    const std::string name = entry.path().filename();
    const std::optional<std::string> hex = is_name(name) ? read_name(store, name) : std::nullopt;
    if (!hex || ::access(image_file(store, *hex).c_str(), F_OK) == 0) continue;
    const auto next = std::ranges::find_if(left, [&](const StoredImage& s) { return s.image.name == name; });
    if (next == left.end())
      unlink_if_exists(entry.path());
    else
      replace_file(entry.path(), hex_of(next->image.digest) + "\n");
  }
}

}  // namespace

bool is_name(std::string_view text) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view rest = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 100 && first.find(text[0]) != first.npos &&
         text.find_first_not_of(rest) == text.npos;
}

Fd lock_images(const Store& store) { return lock_file(store.state() / "images.lock", Share::shared); }

std::optional<record::Image> find_image_if_any(const Store& store, std::string_view reference) {
  if (is_name(reference))
    if (const auto hex = read_name(store, reference)) return read_image(store, *hex);
  std::string_view hex = reference;
  if (hex.starts_with(kPrefix)) hex.remove_prefix(kPrefix.size());
  if (hex.size() < 12 || hex.size() > 64 || !is_hex(hex)) return std::nullopt;
  if (hex.size() == 64) return read_image(store, std::string(hex));
  const std::optional<std::string> whole = complete(store, hex);
  return whole ? read_image(store, *whole) : std::nullopt;
}

record::Image find_image(const Store& store, std::string_view reference) {
  if (auto image = find_image_if_any(store, reference)) return std::move(*image);
  const std::string shown = visible(reference.substr(0, 100));
  throw Error(ExitCode::input, fmt::format("no image '{}' in the store", shown),
              is_name(reference) ? fmt::format("build it: sandbox-build {}", shown)
                                 : "sandbox-list --images shows what there is");
}

Path layer_tree(const Store& store, std::string_view digest) {
  return store.layers() / hex_of(digest) / "tree";
}

std::vector<Path> layer_trees(const Store& store, const record::Image& image) {
  std::vector<Path> trees;
  trees.reserve(image.layers.size());
  for (const record::Layer& layer : image.layers) {
    trees.push_back(layer_tree(store, layer.digest));
    if (::access(trees.back().c_str(), F_OK) < 0)
      throw Error(ExitCode::failed,
                  fmt::format("the image '{}' lacks its layer '{}'", image.name, layer.digest),
                  fmt::format("build it again: sandbox-build --no-cache {}", image.name));
  }
  return trees;
}

void mark_used(const Store& store, const record::Image& image) {
  // Best effort: in a read-only store images can be used, and nothing is collected.
  (void)::utimensat(AT_FDCWD, image_file(store, hex_of(image.digest)).c_str(), nullptr, 0);
}

std::vector<StoredImage> list_images(const Store& store) {
  const std::map<std::string, std::string> users = images_in_use(store);
  std::vector<StoredImage> images;
  for (const std::string& hex : image_hexes(store)) try {
      std::optional<record::Image> image = read_image(store, hex);
      if (!image) continue;  // removed since the directory was read
      const auto user = users.find(image->digest);
      images.push_back({std::move(*image), modified(image_file(store, hex)),
                        user == users.end() ? "" : user->second});
    } catch (const Error&) {
      // A damaged record belongs to no image; using it by name says so.
    }
  std::ranges::sort(images, std::greater{}, [](const StoredImage& s) { return s.image.created; });
  return images;
}

std::optional<record::Layer> find_layer(const Store& store, std::string_view digest) {
  const Path file = store.layers() / hex_of(digest) / "layer.json";
  const std::optional<std::string> text = read_file_if_exists(file, kMaxRecord);
  if (!text) return std::nullopt;
  try {
    return record::parse(*text, "the record").get<record::Layer>();
  } catch (const Error& error) {
    throw damaged(file, error.what());
  }
}

void publish_layer(const Store& store, const Path& made, const record::Layer& layer) {
  const Path final = store.layers() / hex_of(layer.digest);
  replace_file(made / "layer.json", record::dump(layer) + "\n");
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, final.c_str(), RENAME_NOREPLACE) < 0 && errno != EEXIST)
    throw_system_error("cannot publish the layer", final.native());
}

void publish_image(const Store& store, const record::Image& image) {
  if (!is_name(image.name))
    throw Error(ExitCode::input, fmt::format("not a name for an image: '{}'", visible(image.name)));
  const std::string hex = hex_of(image.digest);
  replace_file(image_file(store, hex), record::dump(image) + "\n");
  name_image(store, image);
}

void name_image(const Store& store, const record::Image& image) {
  const std::string hex = hex_of(image.digest);
  if (read_name(store, image.name) != hex) replace_file(store.images() / "names" / image.name, hex + "\n");
}

std::optional<Key> find_key(const Store& store, std::string_view key) {
  const Path file = store.keys() / hex_of(key);
  const std::optional<std::string> text = read_file_if_exists(file, 400);
  if (!text) return std::nullopt;
  try {
    const Json json = record::parse(*text, "the key");
    Key value{record::field<std::string>(json, "digest"),
              parse_rfc3339(record::field<std::string>(json, "made"))};
    (void)hex_of(value.digest);
    return value;
  } catch (const Error&) {
    return std::nullopt;  // damaged: building again replaces it
  }
}

void write_key(const Store& store, std::string_view key, const Key& value) {
  const Json json = {{"digest", value.digest}, {"made", rfc3339(value.made)}};
  replace_file(store.keys() / hex_of(key), record::dump(json) + "\n");
}

Removed remove_images(const Store& store, const std::vector<std::string>& digests) {
  const Fd lock = lock_for_removal(store);
  const std::map<std::string, std::string> users = images_in_use(store);
  Removed removed;
  for (const std::string& digest : digests) {
    const std::string hex = hex_of(digest);
    const std::string whole = fmt::format("{}{}", kPrefix, hex);
    if (const auto user = users.find(whole); user != users.end()) {
      removed.kept[whole] = user->second;
      continue;
    }
    unlink_if_exists(image_file(store, hex));
    removed.images.push_back(whole);
  }
  const std::vector<StoredImage> left = list_images(store);
  repair_names(store, left);
  remove_unneeded_layers(store, left, removed);
  remove_dead_keys(store);
  return removed;
}

}  // namespace sandbox::store
