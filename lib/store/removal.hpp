#pragma once
// Removal of images: alone with the store's images, only those that no sandbox uses, then
// the layers, names and keys that nothing needs any more.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace sandbox::store {

struct Removed {
  std::vector<std::string> images;               ///< digests
  std::map<std::string, std::string> kept;       ///< digest → the sandbox that uses it
  std::uint64_t layers = 0;
  std::uint64_t bytes = 0;
};

/// Removes images with the layers that no other needs, and `layers` as far as no image needs
/// them; then the keys that lead nowhere. Safe beside launches and builds; Error(later) when one holds the images for more than two seconds.
Removed remove_images(const Store& store, const std::vector<std::string>& digests,
                      const std::vector<std::string>& layers = {});

}  // namespace sandbox::store
