#pragma once
// BaseTree: what a sandbox began with: the files of its image, or the folder that its workspace
// was copied from. For reading only.
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "record/sandbox.hpp"
#include "seen_tree.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

struct BaseFile {
  std::uint32_t mode = 0;  ///< with its type
  bool is_later = false;   ///< changed here since the sandbox began: nobody knows what it was
  std::string target;      ///< of a link
  std::function<Fd()> open;  ///< of a file; empty when it may not be read
};

struct BaseTree {
  std::string name;  ///< for people
  Moment since;      ///< what changed inside earlier is as it was given
  std::map<std::string, BaseFile> files;
};

/// The beginning of what is at `path` inside.
BaseTree base_tree(const store::Store& store, const record::Sandbox& sandbox, const std::string& path);

}  // namespace sandbox::tool
