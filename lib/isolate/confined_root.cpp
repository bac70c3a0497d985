#include "isolate/confined_root.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "isolate/devices.hpp"
#include "isolate/masks.hpp"
#include "isolate/mount.hpp"

namespace sandbox::isolate {

namespace {

/// With everything mounted below it: a part alone could show what a mount had hidden, which
/// the kernel refuses.
Fd copy_whole(const Path& path) {
  Fd mount(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (!mount) throw_system_error("cannot copy the mount of", path.native(), HostCheck::namespaces);
  mount_attr change{};
  change.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (::mount_setattr(mount.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &change, sizeof change) < 0)
    throw_system_error("cannot change the mount of", path.native(), HostCheck::namespaces);
  return mount;
}

void show(const Fd& root, const Path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) < 0) return;  // not on this host
  const std::string inside = path.native().substr(1);
  if (S_ISLNK(info.st_mode)) {
    // /bin, /lib and their like on a merged /usr; a link elsewhere is followed once.
    const Path target = std::filesystem::read_symlink(path);
    if (path.parent_path() == "/") {
      if (::symlinkat(target.c_str(), root.get(), inside.c_str()) < 0)
        throw_system_error("cannot link", path.native());
      return;
    }
    if (::stat(path.c_str(), &info) < 0) return;
  }
  const Fd place = S_ISDIR(info.st_mode) ? open_or_make_directory(root, inside)
                                         : open_or_make_file(root, inside);
  attach(copy_whole(path), place, path.native());
}

void write_shown(const Fd& root, const std::string& path, const std::string& text) {
  const Fd place = open_or_make_file(root, path.substr(1));
  const std::string through = fmt::format("/proc/self/fd/{}", place.get());
  const Fd file = checked_fd(::open(through.c_str(), O_WRONLY | O_CLOEXEC), "cannot write", path);
  write_all(file.get(), text, path);
}

/// The only writable folder: handed in already id-mapped by root, made here by a user.
Fd folder_mount(const Confined& what, Fd handed) {
  if (handed) return handed;
  return copy_mount(AT_FDCWD, what.folder.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

/// The nodes that mount_devices() has checked, without links and terminals.
void mount_nodes(const Fd& root, const std::string& path) {
  const Fd dev = make_mount("tmpfs", {{"mode", "0755"}, {"size", "64k"}, {"nr_inodes", "64"}},
                            MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  attach(dev, open_or_make_directory(root, path), path);
  const Fd top = open_beneath(root, path, O_PATH | O_DIRECTORY);
  for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"}) {
    const std::string node = fmt::format("dev/{}", name);
    attach(copy_mount(root.get(), node.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC), open_or_make_file(top, name), name);
  }
}

/// Packages bring a folder /proc with an owner and a mode, and procfs lets nobody set those. So
/// theirs is one of memory, with links to the true one in it.
void mount_processes(const Fd& root, const std::string& path) {
  attach(make_mount("tmpfs", {{"mode", "0755"}, {"size", "64k"}, {"nr_inodes", "256"}},
                    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC),
         open_or_make_directory(root, path), path);
  const Fd top = open_beneath(root, path, O_PATH | O_DIRECTORY);
  mount_masked_proc(top);
  const Path entries = fmt::format("/proc/self/fd/{}/proc", top.get());
  for (const auto& entry : std::filesystem::directory_iterator(entries)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") == name.npos) continue;
    if (::symlinkat(("proc/" + name).c_str(), top.get(), name.c_str()) < 0) throw_system_error("cannot link", path);
  }
}

}  // namespace

void build_confined_root(const Confined& what, Fd handed) {
  const Fd folder = folder_mount(what, std::move(handed));
  // Any directory will do as a first place that holds nothing we show; the pivot forgets it.
  const char* const first = "/tmp";
  const Fd place = checked_fd(::open(first, O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", first);
  attach(make_mount("tmpfs", {{"mode", "0755"}, {"size", "2g"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), place,
         "the new root");
  const Fd root = checked_fd(::open(first, O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", first);
  mount_masked_proc(root);
  mount_devices(root, make_mount("tmpfs", {{"mode", "1777"}, {"size", "256m"}},
                                 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
  for (const Path& path : what.shown) show(root, path);
  for (const auto& [path, text] : what.files) write_shown(root, path, text);
  attach(folder, open_or_make_directory(root, what.folder_inside), what.folder_inside);
  for (const std::string& path : what.roots) {
    mount_nodes(root, path + "/dev");
    mount_processes(root, path + "/proc");
  }
  pivot_into(root);
  if (::mkdir("/tmp", 01777) < 0 || ::chmod("/tmp", 01777) < 0) throw_system_error("cannot make", "/tmp");
}

}  // namespace sandbox::isolate
