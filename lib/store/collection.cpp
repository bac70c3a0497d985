#include "store/collection.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "store/digests.hpp"
#include "store/layers.hpp"

namespace sandbox::store {

namespace {

struct LayerUse {
  std::uint64_t bytes = 0;
  std::uint64_t images = 0;
};

using Layers = std::map<std::string, LayerUse>;

struct Candidate {
  Unused what;
  WallTime last_used;
  std::vector<std::string> layers;
};

/// An image may name a layer twice.
std::set<std::string> layers_of(const record::Image& image) {
  std::set<std::string> digests;
  for (const record::Layer& layer : image.layers) digests.insert(layer.digest);
  return digests;
}

Layers layers_of(const std::vector<StoredImage>& images) {
  Layers layers;
  for (const StoredImage& stored : images) {
    for (const record::Layer& layer : stored.image.layers) layers[layer.digest].bytes = layer.bytes;
    for (const std::string& digest : layers_of(stored.image)) ++layers[digest].images;
  }
  return layers;
}

/// Nobody looks at a layer without an image but the build that would have it again.
std::vector<Candidate> lone_layers(const Store& store, Layers& layers) {
  std::vector<Candidate> found;
  for (const auto& entry : std::filesystem::directory_iterator(store.layers())) {
    const std::string name = entry.path().filename();
    const std::string digest = std::string(kDigestPrefix) + name;
    if (name.size() != 64 || !is_hex(name) || layers.contains(digest)) continue;
    const auto layer = find_layer(store, digest);
    layers[digest].bytes = layer ? layer->bytes : 0;
    found.push_back({{Unused::Kind::layer, digest, "", 0, 0}, modified(entry.path()), {digest}});
  }
  return found;
}

/// Takes it away from the layers, and says what then is not needed any more.
void take(Candidate& candidate, Layers& layers, std::uint64_t& total) {
  for (const std::string& digest : candidate.layers) {
    LayerUse& use = layers.at(digest);
    if (use.images > 1) {
      --use.images;
      continue;
    }
    candidate.what.bytes += use.bytes;
    ++candidate.what.layers;
    total -= use.bytes;
  }
}

}  // namespace

std::vector<Unused> choose_unused(const Store& store, const Wish& wish, WallTime now) {
  const std::vector<StoredImage> images = list_images(store);
  Layers layers = layers_of(images);
  std::vector<Candidate> candidates = lone_layers(store, layers);
  for (const StoredImage& stored : images) {
    if (!stored.used_by.empty()) continue;
    const std::set<std::string> own = layers_of(stored.image);
    candidates.push_back({{Unused::Kind::image, stored.image.digest, stored.image.name, 0, 0}, stored.last_used, {own.begin(), own.end()}});
  }
  std::ranges::stable_sort(candidates, {}, &Candidate::last_used);
  std::uint64_t total = 0;
  for (const auto& [digest, use] : layers) total += use.bytes;
  std::vector<Unused> chosen;
  for (Candidate& candidate : candidates) {
    if (wish.unused_for && now - candidate.last_used < *wish.unused_for) break;
    if (wish.keep_bytes && total <= *wish.keep_bytes) break;
    take(candidate, layers, total);
    chosen.push_back(std::move(candidate.what));
  }
  return chosen;
}

Sizes sizes_of(const std::vector<StoredImage>& images) {
  const Layers layers = layers_of(images);
  Sizes sizes;
  sizes.layers = layers.size();
  for (const auto& [digest, use] : layers) sizes.bytes += use.bytes;
  for (const StoredImage& stored : images) {
    std::uint64_t own = 0;
    for (const std::string& digest : layers_of(stored.image))
      if (layers.at(digest).images == 1) own += layers.at(digest).bytes;
    sizes.own.push_back(own);
  }
  return sizes;
}

}  // namespace sandbox::store
