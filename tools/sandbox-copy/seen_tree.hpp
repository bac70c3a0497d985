#pragma once
// SeenTree: what the sandbox has below a folder, and the content of what changed there. Hostile.
#include <cstdint>
#include <map>
#include <string>

#include "base/file.hpp"
#include "base/temp_dir.hpp"
#include "reach.hpp"

namespace sandbox::tool {

struct SeenFile {
  std::uint32_t mode = 0;   ///< with its type
  bool is_unchanged = false;
  bool is_unsent = false;   ///< changed, but too large, or of a kind without content
  std::string target;       ///< of a link
  Path content;             ///< of a file that changed, here
};

struct SeenTree {
  TempDir directory;
  std::map<std::string, SeenFile> files;  ///< by path from the top, folders among them
};

/// A moment, of the host's clock.
struct Moment {
  std::int64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
};

/// Files that changed since come with their content, unless they have more bytes than `largest`.
SeenTree see_tree(const Reach& reach, const std::string& path, Moment since, std::uint64_t largest);

}  // namespace sandbox::tool
