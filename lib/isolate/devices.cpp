#include "isolate/devices.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "isolate/mount.hpp"

namespace sandbox::isolate {

namespace {

struct Node {
  const char* name;
  unsigned major, minor;
};

// The numbers are checked against the host's nodes: a host inside a container may show
// something else under these names.
constexpr std::array kNodes = {Node{"null", 1, 3},   Node{"zero", 1, 5},    Node{"full", 1, 7},
                               Node{"random", 1, 8}, Node{"urandom", 1, 9}, Node{"tty", 5, 0}};

struct Link {
  const char* name;
  const char* target;
};

constexpr std::array kLinks = {Link{"fd", "/proc/self/fd"},
                               Link{"stdin", "/proc/self/fd/0"},
                               Link{"stdout", "/proc/self/fd/1"},
                               Link{"stderr", "/proc/self/fd/2"},
                               Link{"ptmx", "pts/ptmx"}};

void attach_node(const Fd& dev, const Node& node) {
  const std::string host = fmt::format("/dev/{}", node.name);
  const Fd copy = copy_mount(AT_FDCWD, host.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  struct stat info {};
  if (::fstat(copy.get(), &info) < 0) throw_system_error("cannot look at", host);
  if (!S_ISCHR(info.st_mode) || info.st_rdev != ::makedev(node.major, node.minor))
    throw Error(HostCheck::devices, fmt::format("'{}' is not the device {}:{}", host, node.major, node.minor),
                "the host's /dev is not a real one: mount devtmpfs there");
  attach(copy, open_or_make_file(dev, node.name), host);
}

}  // namespace

void mount_devices(const Fd& root, const Fd& shared_memory) {
  const Fd dev = make_mount("tmpfs", {{"mode", "0755"}, {"size", "64k"}, {"nr_inodes", "512"}},
                            MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  attach(dev, open_or_make_directory(root, "dev"), "/dev");
  for (const Node& node : kNodes) attach_node(dev, node);
  for (const Link& link : kLinks)
    if (::symlinkat(link.target, dev.get(), link.name) < 0)
      throw_system_error("cannot link", link.name);
  // No gid=5: the group need not be mapped, and then the kernel refuses the whole mount.
  attach(make_mount("devpts", {{"ptmxmode", "0666"}, {"mode", "0620"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC),
         open_or_make_directory(dev, "pts"), "/dev/pts");
  attach(shared_memory, open_or_make_directory(dev, "shm"), "/dev/shm");
}

Fd make_device_folder() {
  return make_mount("tmpfs", {{"mode", "0755"}, {"size", "64k"}, {"nr_inodes", "512"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

void add_device_node(const Fd& folder, const std::string& name, const Path& source, unsigned mode, unsigned owner) {
  struct stat info {};
  if (::stat(source.c_str(), &info) < 0) throw_system_error("cannot look at", source.native(), HostCheck::devices);
  if (!S_ISCHR(info.st_mode) && !S_ISBLK(info.st_mode))
    throw Error(HostCheck::devices, fmt::format("'{}' is no device", source.native()));
  if (::mknodat(folder.get(), name.c_str(), info.st_mode & S_IFMT, info.st_rdev) < 0 ||
      ::fchownat(folder.get(), name.c_str(), owner, owner, AT_SYMLINK_NOFOLLOW) < 0 ||
      ::fchmodat(folder.get(), name.c_str(), mode, 0) < 0)
    throw_system_error("cannot make a node for", source.native(), HostCheck::devices);
}

}  // namespace sandbox::isolate
