#pragma once
// Collection: what may go from the store, least recently used first: images, and layers that
// belong to none (of builds that failed, or that nobody wants any more). Layers that images
// share count once. Nothing is removed here: see removal.hpp.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/images.hpp"

namespace sandbox::store {

struct Wish {
  std::optional<std::chrono::milliseconds> unused_for;  ///< only what was not used for so long
  std::optional<std::uint64_t> keep_bytes;              ///< only until what is left is no more
};

struct Unused {
  enum class Kind { image, layer };
  Kind kind = Kind::image;
  std::string digest;
  std::string name;            ///< of an image
  std::uint64_t bytes = 0;     ///< of the layers that go with it
  std::uint64_t layers = 0;
};

/// What a sandbox uses is never among them.
std::vector<Unused> choose_unused(const Store& store, const Wish& wish, WallTime now);

/// All layers of these images together, and what would go with each alone.
struct Sizes {
  std::uint64_t bytes = 0, layers = 0;
  std::vector<std::uint64_t> own;  ///< in the order of the images
};
Sizes sizes_of(const std::vector<StoredImage>& images);

}  // namespace sandbox::store
