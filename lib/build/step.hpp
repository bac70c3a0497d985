#pragma once
// Step: one layer of a build. Its key names everything that determines what it makes, so a
// step that was carried out before is found, not repeated. A build is a list of steps.
#include <functional>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace sandbox::build {

/// In the folder, and inside in /work.
inline constexpr const char* kTree = "layer/tree";

/// Where a step works: an empty folder of its own and the layers below.
struct Workplace {
  Path folder;               ///< may hold helpers; goes afterwards
  Path tree;                 ///< folder / kTree: becomes the layer
  std::vector<Path> lower;   ///< lowest first
  int log = -1;              ///< for the output of programs
  std::function<void()> tick;
};

struct Step {
  std::string title;         ///< for people: "packages", "files"
  std::string determined_by; ///< canonical text of everything but the layers below
  bool ages = false;         ///< takes from the network, so its layer expires
  std::function<void(const Workplace&)> make;
};

/// Part of every key: raise it when the same recipe would give another layer.
inline constexpr const char* kBuilderVersion = "2";

}  // namespace sandbox::build
