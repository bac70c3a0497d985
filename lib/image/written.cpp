#include "image/written.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/tree.hpp"

namespace sandbox::image {

namespace {

Error too_much(std::string_view what) {
  return Error(ExitCode::input, fmt::format("the sandbox has written too {}", what));
}

/// One name under way: where it is, where it goes, and its path in the layer.
struct Place {
  const Fd& from;
  const Fd& to;
  const char* name;
  std::string path;
  std::size_t depth;
};

class Copier {
 public:
  Copier(const Fd& tree, Owners owners, const Bounds& bounds) : tree_(tree), owners_(owners), bounds_(bounds) {}

  /// What is in it, then it itself: what is made in it changes its times.
  void directory(const Fd& from, const Fd& to, const struct stat& info, const std::string& path, std::size_t depth);
  std::uint64_t lost_owners() const { return lost_owners_; }

 private:
  void entry(const Place& place);
  void count(const struct stat& info);
  void inner(const Place& place, const struct stat& info);
  void file(const Place& place, const struct stat& info);
  void link(const Place& place, const struct stat& info);
  void node(const Place& place, const struct stat& info);
  bool has_another_name(const Place& place, const struct stat& info);

  const Fd& tree_;
  Owners owners_;
  Bounds bounds_;
  std::uint64_t files_ = 0, bytes_ = 0, lost_owners_ = 0;
  std::map<std::pair<dev_t, ino_t>, std::string> names_;  // of files that have several: one of the copy
};

void Copier::count(const struct stat& info) {
  if (++files_ > bounds_.files) throw too_much("many files");
  if (S_ISREG(info.st_mode)) bytes_ += static_cast<std::uint64_t>(info.st_size);
  if (bytes_ > bounds_.bytes) throw too_much("many bytes");
}

void Copier::directory(const Fd& from, const Fd& to, const struct stat& info, const std::string& path, std::size_t depth) {
  if (depth > bounds_.depth) throw too_much("deep directories");
  const Readable readable = Readable::open(from.get(), ".", info, path);
  for (const std::string& name : readable.names())
    entry({readable.fd(), to, name.c_str(), path.empty() ? name : path + "/" + name, depth + 1});
  if (!path.empty()) lost_owners_ += copy_properties(readable.fd(), to, info, owners_, path);
}

void Copier::entry(const Place& place) {
  const struct stat info = look_at(place.from.get(), place.name, place.path);
  if (is_whiteout(info)) {
    if (++files_ > bounds_.files) throw too_much("many files");
    return make_whiteout(place.to, place.name);
  }
  if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
    throw Error(ExitCode::input, fmt::format("the sandbox has a device of its own: '{}'", visible(place.path)));
  if (S_ISDIR(info.st_mode)) return inner(place, info);
  if (has_another_name(place, info)) return;
  count(info);
  if (S_ISREG(info.st_mode)) return file(place, info);
  if (S_ISLNK(info.st_mode)) return link(place, info);
  node(place, info);
}

void Copier::inner(const Place& place, const struct stat& info) {
  if (::mkdirat(place.to.get(), place.name, 0700) < 0) throw_system_error("cannot make", visible(place.path));
  const auto open = [&](const Fd& parent, int flags) {
    return checked_fd(::openat(parent.get(), place.name, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "cannot open", visible(place.path));
  };
  const Fd made = open(place.to, O_RDONLY);
  if (is_opaque(place.from.get(), place.name)) make_opaque(made);
  directory(open(place.from, O_PATH), made, info, place.path, place.depth);
}

/// One of too many names, or of one too far down, becomes a file of its own.
bool Copier::has_another_name(const Place& place, const struct stat& info) {
  if (!S_ISREG(info.st_mode) || info.st_nlink < 2) return false;
  if (place.path.size() >= PATH_MAX) return false;
  std::string& known = names_[{info.st_dev, info.st_ino}];
  if (!known.empty()) {
    if (::linkat(tree_.get(), known.c_str(), place.to.get(), place.name, 0) == 0) return true;
    if (errno != EMLINK) throw_system_error("cannot make another name of", visible(place.path));
  }
  known = place.path;
  return false;
}

void Copier::file(const Place& place, const struct stat& info) {
  const Readable from = Readable::open(place.from.get(), place.name, info, place.path);
  const Fd to = checked_fd(::openat(place.to.get(), place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
                           "cannot make", visible(place.path));
  copy_content(from.fd(), to, info.st_size, place.path);
  lost_owners_ += copy_properties(from.fd(), to, info, owners_, place.path);
}

void Copier::link(const Place& place, const struct stat& info) {
  const std::string target = link_target(place.from.get(), place.name, place.path);
  if (::symlinkat(target.c_str(), place.to.get(), place.name) < 0) throw_system_error("cannot make the link", visible(place.path));
  lost_owners_ += copy_properties(place.to, place.name, info, owners_, place.path);
}

/// A socket that nobody listens on, a pipe that nobody has open; yet they may hide a file below.
void Copier::node(const Place& place, const struct stat& info) {
  if (::mknodat(place.to.get(), place.name, (info.st_mode & S_IFMT) | 0600, 0) < 0) throw_system_error("cannot make", visible(place.path));
  lost_owners_ += copy_properties(place.to, place.name, info, owners_, place.path);
}

}  // namespace

std::uint64_t copy_written(const Fd& upper, const Fd& tree, Owners owners, const Bounds& bounds) {
  const struct stat info = look_at(upper.get(), ".", "");
  // Both may be known by path only.
  const Fd top = checked_fd(::openat(tree.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot open", "the layer's tree");
  Copier copier(top, owners, bounds);
  copier.directory(upper, top, info, "", 0);
  return copier.lost_owners();
}

}  // namespace sandbox::image
