#include "image/manifest.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "image/deletion.hpp"

namespace sandbox::image {

namespace {

/// Fields end with NUL, which no path, link or attribute name can contain, and values of
/// attributes are preceded by their length: no two trees have the same text.
class Manifest {
 public:
  explicit Manifest(const Bounds& bounds) : bounds_(bounds) {}

  void entry(int parent, const char* name, const std::string& path, std::size_t depth);
  record::Layer finish() &&;

 private:
  void field(std::string_view text) {
    sum_.update(text);
    sum_.update({"", 1});
  }
  void number(std::uint64_t value) { field(fmt::format("{}", value)); }
  void attributes(int parent, const char* name, const std::string& path, mode_t mode);
  void content(int parent, const char* name, const std::string& path, const struct stat& info);
  void directory(int parent, const char* name, const std::string& path, std::size_t depth);
  void whiteout(const std::string& path);
  void count(const struct stat& info);

  Bounds bounds_;
  digest::Sha256 sum_;
  std::set<std::pair<dev_t, ino_t>> seen_;  // files with several names
  record::Layer layer_;
};

Error too_much(std::string_view what) {
  return Error(ExitCode::input, fmt::format("the layer holds too {}", what));
}

char letter(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return 'f';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFIFO: return 'p';
    default: return 's';
  }
}

/// A user may own files that he cannot read (mode 0000): read access is given for the
/// moment. Root never needs it.
Fd open_for_reading(int parent, const char* name, int flags, mode_t mode, const std::string& path) {
  Fd fd(::openat(parent, name, flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd && errno == EACCES && ::fchmodat(parent, name, (mode & 07777) | 0500, 0) == 0) {
    fd = Fd(::openat(parent, name, flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    const int error = errno;
    ::fchmodat(parent, name, mode & 07777, 0);
    errno = error;
  }
  if (!fd) throw_system_error("cannot read", visible(path));
  return fd;
}

std::vector<std::string> names_in(Fd fd, const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), ::closedir);
  if (!stream) throw_system_error("cannot read the directory", visible(path));
  (void)fd.release();  // the stream owns it now
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      names.emplace_back(entry->d_name);
  std::ranges::sort(names);
  return names;
}

/// Attributes that describe this host or this mount, not the file.
bool is_ours(std::string_view name) {
  return name == "security.selinux" || name == "security.ima" || name == "security.evm" ||
         name.starts_with("trusted.") || is_bookkeeping(name);
}

/// Who owns it inside: what a user builds belongs to root there.
std::uint32_t owner_inside(std::uint32_t id, std::uint32_t ours) { return ::geteuid() != 0 && id == ours ? 0 : id; }

/// The overlay does not look at the top directory of a layer.
bool may_be_opaque(std::string_view attribute, std::string_view value, const std::string& path, mode_t mode) {
  return attribute == kOpaque && value == "y" && S_ISDIR(mode) && !path.empty();
}

void Manifest::count(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return;
  if (info.st_nlink > 1 && !seen_.emplace(info.st_dev, info.st_ino).second) return;
  ++layer_.files;
  layer_.bytes += static_cast<std::uint64_t>(S_ISREG(info.st_mode) ? info.st_size : 0);
  if (layer_.files > bounds_.files) throw too_much("many files");
  if (layer_.bytes > bounds_.bytes) throw too_much("many bytes");
}

void Manifest::attributes(int parent, const char* name, const std::string& path, mode_t mode) {
  // There is no lgetxattrat(2): the name is reached through the descriptor's path.
  const std::string through = fmt::format("/proc/self/fd/{}/{}", parent, name);
  char list[65536];
  const ssize_t size = ::llistxattr(through.c_str(), list, sizeof list);
  if (size < 0 && errno != ENOTSUP) throw_system_error("cannot list attributes of", visible(path));
  std::vector<std::string> names;
  for (const std::string_view one : split({list, static_cast<std::size_t>(std::max<ssize_t>(size, 0))}, '\0'))
    if (!one.empty() && !is_ours(one)) names.emplace_back(one);
  std::ranges::sort(names);
  number(names.size());
  for (const std::string& one : names) {
    const ssize_t length = ::lgetxattr(through.c_str(), one.c_str(), list, sizeof list);
    if (length < 0) throw_system_error("cannot read an attribute of", visible(path));
    if (is_overlays(one) && !may_be_opaque(one, {list, static_cast<std::size_t>(length)}, path, mode))
      throw Error(ExitCode::input, fmt::format("the overlay's attribute '{}' in the layer: '{}'", visible(one), visible(path)));
    field(one);
    number(static_cast<std::uint64_t>(length));
    sum_.update({list, static_cast<std::size_t>(length)});
  }
}

void Manifest::content(int parent, const char* name, const std::string& path, const struct stat& info) {
  if (S_ISREG(info.st_mode)) {
    const Fd fd = open_for_reading(parent, name, O_NONBLOCK, info.st_mode, path);
    number(static_cast<std::uint64_t>(info.st_size));
    field(digest::sha256_hex_of_fd(fd.get(), visible(path)));
  } else if (S_ISLNK(info.st_mode)) {
    char target[4097];
    const ssize_t length = ::readlinkat(parent, name, target, sizeof target);
    if (length < 0) throw_system_error("cannot read the link", visible(path));
    field({target, static_cast<std::size_t>(length)});
  }
}

void Manifest::directory(int parent, const char* name, const std::string& path, std::size_t depth) {
  struct stat info {};
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) throw_system_error("cannot look at", visible(path));
  const Fd fd = open_for_reading(parent, name, O_DIRECTORY, info.st_mode, path);
  for (const std::string& child : names_in(duplicate(fd), path))
    entry(fd.get(), child.c_str(), path + "/" + child, depth + 1);
}

/// Mode, owner and number of names are whatever the overlay gave it. It counts as a file, so
/// that a layer of nothing else has its bound.
void Manifest::whiteout(const std::string& path) {
  if (++layer_.files > bounds_.files) throw too_much("many files");
  field(path);
  field("w");
}

void Manifest::entry(int parent, const char* name, const std::string& path, std::size_t depth) {
  if (depth > bounds_.depth) throw too_much("deep directories");
  struct stat info {};
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) throw_system_error("cannot look at", visible(path));
  if (is_whiteout(info)) return whiteout(path);
  if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
    throw Error(ExitCode::input, fmt::format("a device in the layer: '{}'", visible(path)));
  count(info);
  field(path);
  field({std::string(1, letter(info.st_mode))});
  number(info.st_mode & 07777);
  number(owner_inside(info.st_uid, ::geteuid()));
  number(owner_inside(info.st_gid, ::getegid()));
  attributes(parent, name, path, info.st_mode);
  content(parent, name, path, info);
  if (S_ISDIR(info.st_mode)) directory(parent, name, path, depth);
}

record::Layer Manifest::finish() && {
  layer_.digest = "sha256:" + digest::hex(std::move(sum_).finish());
  return std::move(layer_);
}

}  // namespace

record::Layer describe_layer(const Path& tree, const Bounds& bounds) {
  const Fd fd = checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", tree.native());
  Manifest manifest(bounds);
  manifest.entry(fd.get(), ".", "", 0);
  return std::move(manifest).finish();
}

std::string describe_source(const Fd& source, std::string_view shown, const Bounds& bounds) {
  struct stat info {};
  if (::fstat(source.get(), &info) < 0) throw_system_error("cannot look at", visible(shown));
  if (S_ISDIR(info.st_mode)) {
    Manifest manifest(bounds);
    manifest.entry(source.get(), ".", std::string(shown), 0);
    return std::move(manifest).finish().digest;
  }
  if (!S_ISREG(info.st_mode))
    throw Error(ExitCode::input, fmt::format("'{}' is not a file or folder", visible(shown)));
  const std::string through = fmt::format("/proc/self/fd/{}", source.get());
  const Fd file = checked_fd(::open(through.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), "cannot read", visible(shown));
  return fmt::format("{:o} {}", info.st_mode & 0100, digest::sha256_hex_of_fd(file.get(), visible(shown)));
}

}  // namespace sandbox::image
