#pragma once
// Occupied: what a folder takes on its disk. What is in it may be hostile (caches are written
// from inside), so no symbolic link is followed and depth and number are bounded.
#include <cstdint>

#include "base/file.hpp"

namespace sandbox::tool {

struct Occupied {
  std::uint64_t bytes = 0;
  bool is_all = true;  ///< false: parts could not be read, or were too deep or too many
};

struct Patience {
  std::size_t most_entries = 1'000'000;
  int deepest = 64;
};

/// Nothing where there is no such folder.
Occupied occupied(const Path& folder, Patience patience = {});

}  // namespace sandbox::tool
