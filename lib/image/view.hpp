#pragma once
// View: the file tree of an image that is being made, as a sandbox will see it: a writable
// tree on top of finished layers. A destination is resolved in it the way the kernel will
// resolve it inside, never on the host: links of the layers cannot lead outside.
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox::image {

struct Owner {
  std::uint32_t uid = 0, gid = 0;
};

class View {
 public:
  /// `lower`: layers, lowest first. Owners are set when we are root; a user owns everything.
  View(const Path& tree, const std::vector<Path>& lower);

  /// The directory of the tree for `path`, with all links resolved; what is missing is made
  /// 0755, what a lower layer has is made with that layer's mode and owner.
  Fd open_directory(std::string_view path);

  /// Makes sure of a directory that something is about to be unpacked into by this very path:
  /// where a lower layer has a link on the way, the tree has the same one. Throws Error(input)
  /// when a program could not follow it in the tree alone.
  void repeat_directory(std::string_view path);

  /// Writes a copy of an open regular file. Replaces a file or link, never a directory.
  void put_file(std::string_view path, const Fd& from, unsigned mode, Owner owner);
  void put_link(std::string_view path, const std::string& target, Owner owner);
  /// Sets what open_directory() made.
  void set_directory(std::string_view path, unsigned mode, Owner owner);

 private:
  enum class Found { nothing, directory, link, other };
  struct Look {
    Found found = Found::nothing;
    std::string target;  // of a link
    unsigned mode = 0755;
    Owner owner;
  };
  Look look(const std::string& path) const;
  std::string resolve(std::string_view path) const;
  std::pair<Fd, std::string> make_room(std::string_view path);
  void own(const Fd& fd, Owner owner, std::string_view shown) const;

  std::vector<Fd> layers_;  // topmost first; the first is the tree that is written
  bool root_;
};

}  // namespace sandbox::image
