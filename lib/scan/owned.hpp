#pragma once
// Owned: the files of an image that packages of dpkg brought, by its own lists. They are looked
// at less: what the distribution publishes is no secret, and how it is built is not the recipe's.
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/file.hpp"
#include "image/merged.hpp"
#include "scan/elf.hpp"

namespace sandbox::scan {

class Owned {
 public:
  static Owned read(const std::vector<Path>& trees);

  /// `path` from the top: "usr/bin/su". What was moved below usr/ is known by both names.
  bool has(std::string_view path) const;

  void take(std::string_view list);

 private:
  std::unordered_set<std::string> paths_;
};

/// For a look here and there; `fd` has to stay open as long.
ReadAt reader_of(const Fd& fd);

/// The whole regular file, at most so many bytes; as a layer has it, whatever its mode.
std::string content_of(const image::Merged& file, std::size_t most);

}  // namespace sandbox::scan
