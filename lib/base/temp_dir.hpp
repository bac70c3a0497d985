#pragma once
// TempDir: a directory that is removed with everything in it, unless it is kept by renaming
// it to its final place.
#include "base/file.hpp"

namespace sandbox {

class TempDir {
 public:
  /// Makes PARENT/.tmp-XXXXXX with mode 0700.
  static TempDir create(const Path& parent);

  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  ~TempDir();

  const Path& path() const noexcept { return path_; }

  /// Renames it to `final` and lets go of it. False when `final` exists already.
  [[nodiscard]] bool keep_as(const Path& final);

 private:
  explicit TempDir(Path path) : path_(std::move(path)) {}
  Path path_;  // empty once kept or moved from
};

/// Removes a tree below its own directory: symbolic links are removed, never followed.
/// Directories without write permission are opened up first. Returns the bytes freed.
std::uintmax_t remove_tree(const Path& path);

}  // namespace sandbox
