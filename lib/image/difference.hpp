#pragma once
// Difference of two images: packages and files as sandboxes of them would see them. Content is
// read only where both have a file of the same size from different layers.
#include <vector>

#include "base/file.hpp"
#include "record/difference.hpp"
#include "record/image.hpp"

namespace sandbox::image {

struct Compared {
  const record::Image& image;
  std::vector<Path> trees;  ///< of its layers, lowest first
};

record::Difference difference(const Compared& before, const Compared& after);

}  // namespace sandbox::image
