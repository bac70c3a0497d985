#include "store/removal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>

#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/temp_dir.hpp"
#include "store/digests.hpp"
#include "store/images.hpp"
#include "store/keys.hpp"
#include "store/layers.hpp"

namespace sandbox::store {

namespace {

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

void remove_unneeded_layers(const Store& store, const std::set<std::string>& unwanted, const std::vector<StoredImage>& left,
                            Removed& removed) {
  std::set<std::string> needed;
  for (const StoredImage& stored : left)
    for (const record::Layer& layer : stored.image.layers) needed.insert(layer.digest);
  for (const std::string& digest : unwanted) {
    const Path layer = store.layers() / hex_of(digest);
    if (needed.contains(digest) || ::access(layer.c_str(), F_OK) < 0) continue;
    removed.bytes += remove_layer(store, layer);
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

Removed remove_images(const Store& store, const std::vector<std::string>& digests, const std::vector<std::string>& layers) {
  const Fd lock = lock_for_removal(store);
  const std::map<std::string, std::string> users = images_in_use(store);
  Removed removed;
  std::set<std::string> unwanted(layers.begin(), layers.end());
  for (const std::string& digest : digests) {
    const std::string hex = hex_of(digest);
    const std::string whole = std::string(kDigestPrefix) + hex;
    if (const auto user = users.find(whole); user != users.end()) {
      removed.kept[whole] = user->second;
      continue;
    }
    if (const auto image = find_image_if_any(store, whole))
      for (const record::Layer& layer : image->layers) unwanted.insert(layer.digest);
    unlink_if_exists(image_file(store, hex));
    removed.images.push_back(whole);
  }
  const std::vector<StoredImage> left = list_images(store);
  repair_names(store, left);
  remove_unneeded_layers(store, unwanted, left, removed);
  remove_dead_keys(store);
  return removed;
}

}  // namespace sandbox::store
