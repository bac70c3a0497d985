#include "image/manifest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <set>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "image/deletion.hpp"
#include "image/tree.hpp"

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
  void attributes(const std::vector<Attribute>& attributes);
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

void Manifest::count(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return;
  if (info.st_nlink > 1 && !seen_.emplace(info.st_dev, info.st_ino).second) return;
  ++layer_.files;
  layer_.bytes += static_cast<std::uint64_t>(S_ISREG(info.st_mode) ? info.st_size : 0);
  if (layer_.files > bounds_.files) throw too_much("many files");
  if (layer_.bytes > bounds_.bytes) throw too_much("many bytes");
}

void Manifest::attributes(const std::vector<Attribute>& attributes) {
  number(attributes.size());
  for (const Attribute& one : attributes) {
    field(one.name);
    number(one.value.size());
    sum_.update(one.value);
  }
}

void Manifest::content(int parent, const char* name, const std::string& path, const struct stat& info) {
  if (S_ISREG(info.st_mode)) {
    const Readable file = Readable::open(parent, name, info, path);
    number(static_cast<std::uint64_t>(info.st_size));
    field(digest::sha256_hex_of_fd(file.fd().get(), visible(path)));
  } else if (S_ISLNK(info.st_mode)) {
    field(link_target(parent, name, path));
  }
}

void Manifest::directory(int parent, const char* name, const std::string& path, std::size_t depth) {
  const Readable directory = Readable::open(parent, name, look_at(parent, name, path), path);
  for (const std::string& child : directory.names())
    entry(directory.fd().get(), child.c_str(), path + "/" + child, depth + 1);
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
  const struct stat info = look_at(parent, name, path);
  if (is_whiteout(info)) return whiteout(path);
  if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
    throw Error(ExitCode::input, fmt::format("a device in the layer: '{}'", visible(path)));
  count(info);
  field(path);
  field({std::string(1, letter(info.st_mode))});
  number(info.st_mode & 07777);
  number(user_inside(info));
  number(group_inside(info));
  attributes(attributes_of(parent, name, path, info));
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
