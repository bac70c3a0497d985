#pragma once
// Tree: reading the files of a layer as they are stored: names in order, attributes in order,
// links as links. Nothing is followed.
#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "base/fd.hpp"

namespace sandbox::image {

/// A file or directory open for reading. A user may own what he cannot read or search
/// (mode 0000): access is given until this goes. Root never needs it.
class Readable {
 public:
  /// `name` in `parent`, which `info` describes; `path` is for errors.
  static Readable open(int parent, const char* name, const struct stat& info, const std::string& path);
  Readable(Readable&& other) noexcept : fd_(std::move(other.fd_)), mode_(std::exchange(other.mode_, kUnchanged)) {}
  Readable& operator=(Readable&&) = delete;
  ~Readable();

  const Fd& fd() const noexcept { return fd_; }
  /// In the order of their bytes.
  std::vector<std::string> names() const;

 private:
  static constexpr mode_t kUnchanged = ~mode_t{0};
  Readable(Fd fd, mode_t mode) : fd_(std::move(fd)), mode_(mode) {}
  Fd fd_;
  mode_t mode_;  // to be given back
};

/// A path of a layer, or nothing; no link in it is followed.
Fd open_exact(const Fd& layer, const std::string& path, int flags);

struct stat look_at(int parent, const char* name, const std::string& path);
std::string link_target(int parent, const char* name, const std::string& path);

struct Attribute {
  std::string name, value;
};

/// Those that belong to the file and not to this host or this mount, in the order of their
/// names. Throws Error(input) at one that the overlay would obey, but for a deletion's.
std::vector<Attribute> attributes_of(int parent, const char* name, const std::string& path, const struct stat& info);

/// Who owns it inside: what a user builds belongs to root there.
std::uint32_t user_inside(const struct stat& info);
std::uint32_t group_inside(const struct stat& info);

}  // namespace sandbox::image
