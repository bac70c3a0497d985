#pragma once
// Project: the folder of a suite, looked at from the host to see what tests it has. Its files
// are hostile: links are not followed, what is read is bounded.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/file.hpp"
#include "record/json.hpp"

namespace sandbox::tool {

class Project {
 public:
  /// Throws Error(input) when it is no folder.
  explicit Project(Path folder);

  const Path& folder() const { return folder_; }
  /// A regular file, by its path from the top.
  bool has(std::string_view path) const;
  /// Its bytes, or nothing when it is none; throws Error(input) when there are more.
  std::optional<std::string> read(std::string_view path, std::size_t most) const;
  /// Its text; empty when there is none, or too much of it.
  std::string text(std::string_view path) const;
  /// The file as JSON, or null.
  Json json(std::string_view path) const;
  /// Paths of regular files whose name is wanted, sorted; not in folders that hold what others made.
  std::vector<std::string> files(const std::function<bool(std::string_view name)>& wanted) const;

 private:
  Path folder_;
  Fd directory_;
};

}  // namespace sandbox::tool
