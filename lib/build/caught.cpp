#include "build/caught.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/leftovers.hpp"
#include "image/manifest.hpp"
#include "image/tree.hpp"

namespace sandbox::build {

namespace {

/// A user needs leave to write even to remove an attribute.
void clear_opaque(const Fd& directory, const struct stat& info, const std::string& path) {
  const std::string through = fmt::format("/proc/self/fd/{}", directory.get());
  if (::removexattr(through.c_str(), image::kOpaque) == 0) return;
  const bool opened = errno == EACCES && ::chmod(through.c_str(), (info.st_mode & 07777) | 0200) == 0;
  const bool removed = opened && ::removexattr(through.c_str(), image::kOpaque) == 0;
  if (opened && ::chmod(through.c_str(), info.st_mode & 07777) < 0) throw_system_error("cannot set the mode of", visible(path));
  if (!removed) throw_system_error("cannot clean the directory", visible(path));
}

/// The overlay marks every directory that it makes, in case; where no layer has one of that
/// name, the mark says nothing, and whether it is there depends on the kernel.
void clear_needless_marks(const std::vector<Fd>& lower, const image::Readable& directory, const std::string& path,
                          std::size_t depth) {
  if (depth > image::Bounds().depth) return;  // then it becomes no layer
  for (const std::string& name : directory.names()) {
    const std::string child = path.empty() ? name : path + "/" + name;
    const struct stat info = image::look_at(directory.fd().get(), name.c_str(), child);
    if (!S_ISDIR(info.st_mode)) continue;
    const auto opened = image::Readable::open(directory.fd().get(), name.c_str(), info, child);
    if (image::is_opaque(opened.fd().get(), ".") && !image::is_below(lower, child)) clear_opaque(opened.fd(), info, child);
    clear_needless_marks(lower, opened, child, depth + 1);
  }
}

/// Left there by programs that ended with the sandbox. A link or a file of that name is what
/// the step wanted.
void empty_directory(const Fd& tree, const char* name) {
  const Fd directory = image::open_plain(tree, name, O_RDONLY | O_DIRECTORY);
  if (!directory) return;
  const Path path = "/proc/self/fd/" + std::to_string(directory.get());
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    struct stat info {};
    // What hides a part of a layer below is no leftover.
    if (::lstat(entry.path().c_str(), &info) == 0 && S_ISCHR(info.st_mode)) continue;
    remove_tree(entry.path());
  }
}

}  // namespace

void catch_layer(const Path& disk, const std::vector<std::string>& shown, const Workplace& place) {
  const Path upper = disk / "u";
  const Fd tree = image::open_top(upper);
  std::vector<Fd> lower;
  for (const Path& layer : place.lower) lower.push_back(image::open_top(layer));
  for (const std::string& path : shown) image::remove_mounted_file(tree, lower, path.substr(1));
  empty_directory(tree, "tmp");
  const struct stat info = image::look_at(AT_FDCWD, upper.c_str(), "");
  clear_needless_marks(lower, image::Readable::open(AT_FDCWD, upper.c_str(), info, ""), "", 0);
  if (::rmdir(place.tree.c_str()) < 0 || std::rename(upper.c_str(), place.tree.c_str()) < 0)
    throw_system_error("cannot keep what the step wrote", place.tree.native());
}

}  // namespace sandbox::build
