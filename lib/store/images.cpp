#include "store/images.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "record/fields.hpp"
#include "store/digests.hpp"
#include "store/layers.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::store {

namespace {

constexpr std::size_t kMaxRecord = std::size_t{1} << 20;

std::optional<record::Image> read_image(const Store& store, const std::string& hex) {
  const Path file = image_file(store, hex);
  const std::optional<std::string> text = read_file_if_exists(file, kMaxRecord);
  if (!text) return std::nullopt;
  try {
    const auto image = record::parse(*text, "the record").get<record::Image>();
    if (image.digest != fmt::format("{}{}", kDigestPrefix, hex)) throw damaged(file, "it has another digest");
    for (const record::Layer& layer : image.layers) (void)hex_of(layer.digest);
    return image;
  } catch (const Error& error) {
    if (error.code() != ExitCode::input) throw;
    throw damaged(file, error.what());
  }
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

}  // namespace

bool is_name(std::string_view text) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view rest = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 100 && first.find(text[0]) != first.npos &&
         text.find_first_not_of(rest) == text.npos;
}

Path image_file(const Store& store, const std::string& hex) { return store.images() / (hex + ".json"); }

std::optional<std::string> read_name(const Store& store, std::string_view name) {
  const Path file = store.images() / "names" / name;
  std::optional<std::string> text = read_file_if_exists(file, 200);
  if (!text) return std::nullopt;
  if (text->ends_with('\n')) text->pop_back();
  if (text->size() != 64 || !is_hex(*text)) throw damaged(file, "not a digest");
  return text;
}

Fd lock_images(const Store& store) { return lock_file(store.state() / "images.lock", Share::shared); }

std::optional<record::Image> find_image_if_any(const Store& store, std::string_view reference) {
  if (is_name(reference))
    if (const auto hex = read_name(store, reference)) return read_image(store, *hex);
  std::string_view hex = reference;
  if (hex.starts_with(kDigestPrefix)) hex.remove_prefix(kDigestPrefix.size());
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

record::Image without_machine(record::Image image) {
  if (image.machine && !image.layers.empty()) image.layers.pop_back();
  image.machine.reset();
  return image;
}

Path machine_tree(const Store& store, const record::Image& image) {
  if (!image.machine || image.layers.empty()) throw Error(ExitCode::failed, fmt::format("the image '{}' holds no machine", image.name));
  Path tree = layer_tree(store, image.layers.back().digest);
  if (::access(tree.c_str(), F_OK) < 0)
    throw Error(ExitCode::failed, fmt::format("the image '{}' lacks its machine", image.name), "take the snapshot again");
  return tree;
}

std::vector<Path> layer_trees(const Store& store, const record::Image& image) {
  if (image.machine)
    throw Error(ExitCode::input, fmt::format("the image '{}' holds a virtual machine that ran: its files are on that one's disk", image.name),
                "sandbox-launch it, and copy out what is needed");
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

WallTime modified(const Path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) < 0) return WallTime{};
  return WallTime{std::chrono::seconds(info.st_mtim.tv_sec) +
                  std::chrono::milliseconds(info.st_mtim.tv_nsec / 1000000)};
}

void mark_used(const Store& store, const record::Image& image) {
  // Best effort: in a read-only store images can be used, and nothing is collected.
  (void)::utimensat(AT_FDCWD, image_file(store, hex_of(image.digest)).c_str(), nullptr, 0);
}

std::map<std::string, std::string> images_in_use(const Store& store) {
  std::map<std::string, std::string> users;
  for (const auto& entry : std::filesystem::directory_iterator(store.sandboxes())) {
    const std::string id = entry.path().filename();
    if (!is_sandbox_id(id)) continue;  // not launched yet (its launcher holds the lock)
    const std::optional<std::string> text = record_text(store, id);
    if (!text) continue;  // just ended
    try {
      users[record::field<std::string>(record::parse(*text, "the record"), "image_digest")] = id;
    } catch (const Error& error) {
      throw damaged(entry.path(), error.what());
    }
  }
  return users;
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

}  // namespace sandbox::store
