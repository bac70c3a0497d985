#pragma once
// Merged: the files of an image as a sandbox sees them: the layers upon each other, deletions
// applied. For reading only.
#include <functional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "image/tree.hpp"

namespace sandbox::image {

/// One file, where the topmost layer has it: `name` in `parent`.
struct Merged {
  std::string path;  ///< "usr/bin"
  std::size_t layer;
  struct stat info;
  int parent;
  const char* name;
};

/// Every file but the top directory, parents first. `trees`: the layers, lowest first.
void each_merged(const std::vector<Path>& trees, const std::function<void(const Merged&)>& visit);

}  // namespace sandbox::image
