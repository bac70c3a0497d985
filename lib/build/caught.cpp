#include "build/caught.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/manifest.hpp"
#include "image/tree.hpp"

namespace sandbox::build {

namespace {

/// Nothing when it is not there or a link leads to it: the step may have written anything.
Fd open_plain(const Fd& root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, root.get(), path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

Fd open_root(const Path& tree) {
  return checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", tree.native());
}

bool is_below(const std::vector<Fd>& lower, const std::string& path) {
  return std::ranges::any_of(lower, [&](const Fd& layer) { return bool(open_plain(layer, path, O_PATH)); });
}

/// "etc/hosts" → "etc".
std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

void remove_from(const Fd& tree, const std::string& path, int flags) {
  const std::string parent = parent_of(path);
  const std::string name = path.substr(parent.empty() ? 0 : parent.size() + 1);
  // Best effort: what is not empty is the step's.
  if (const Fd directory = open_plain(tree, parent, O_PATH | O_DIRECTORY); directory)
    (void)::unlinkat(directory.get(), name.c_str(), flags);
}

/// An empty file is what the engine made to mount on; of the directories above it, those that
/// no layer has were made with it.
void remove_mount_point(const Fd& tree, const std::vector<Fd>& lower, const std::string& path) {
  struct stat info {};
  const Fd file = open_plain(tree, path, O_PATH);
  if (file && ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0) remove_from(tree, path, 0);
  for (std::string parent = parent_of(path); !parent.empty() && !is_below(lower, parent); parent = parent_of(parent))
    remove_from(tree, parent, AT_REMOVEDIR);
}

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
    if (image::is_opaque(opened.fd().get(), ".") && !is_below(lower, child)) clear_opaque(opened.fd(), info, child);
    clear_needless_marks(lower, opened, child, depth + 1);
  }
}

/// Left there by programs that ended with the sandbox. A link or a file of that name is what
/// the step wanted.
void empty_directory(const Fd& tree, const char* name) {
  const Fd directory = open_plain(tree, name, O_RDONLY | O_DIRECTORY);
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
  const Fd tree = open_root(upper);
  std::vector<Fd> lower;
  for (const Path& layer : place.lower) lower.push_back(open_root(layer));
  for (const std::string& path : shown) remove_mount_point(tree, lower, path.substr(1));
  empty_directory(tree, "tmp");
  const struct stat info = image::look_at(AT_FDCWD, upper.c_str(), "");
  clear_needless_marks(lower, image::Readable::open(AT_FDCWD, upper.c_str(), info, ""), "", 0);
  if (::rmdir(place.tree.c_str()) < 0 || std::rename(upper.c_str(), place.tree.c_str()) < 0)
    throw_system_error("cannot keep what the step wrote", place.tree.native());
}

}  // namespace sandbox::build
