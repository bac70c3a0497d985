#include "root.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "files.hpp"
#include "wire/handle.hpp"

namespace sandbox::guest {

namespace {

struct Mount {
  const char* source;
  const char* target;
  const char* type;
  unsigned long flags;
  const char* options;
  const char* failed;
};

Fault make(const Mount& what) {
  if (::mkdir(what.target, 0755) < 0 && errno != EEXIST) return fault(what.failed);
  if (::mount(what.source, what.target, what.type, what.flags, what.options) < 0) return fault(what.failed);
  return {};
}

template <std::size_t size>
Fault make_all(const Mount (&all)[size]) {
  for (const Mount& one : all)
    if (const Fault failed = make(one)) return failed;
  return {};
}

constexpr Mount kKernel[] = {
    {"dev", "/dev", "devtmpfs", MS_NOSUID, nullptr, "cannot mount /dev"},
    {"proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr, "cannot mount /proc"},
};

constexpr Mount kImage[] = {
    {"/dev/vda", "/image", "erofs", MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr, "cannot mount the image"},
    {"/dev/vdb", "/disk", "ext4", MS_NOSUID | MS_NODEV | MS_NOATIME, nullptr, "cannot mount the disk"},
};

constexpr Mount kRoot = {"overlay", "/root", "overlay", MS_NOSUID | MS_NODEV, "lowerdir=/image,upperdir=/disk/u,workdir=/disk/w",
                         "cannot put the disk over the image"};

constexpr unsigned long kDevices = MS_NOSUID | MS_NOEXEC;

constexpr Mount kInside[] = {
    {"proc", "/root/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr, "cannot mount /proc inside"},
    {"dev", "/root/dev", "tmpfs", kDevices, "mode=0755,size=64k,nr_inodes=512", "cannot mount /dev inside"},
    {"devpts", "/root/dev/pts", "devpts", kDevices, "newinstance,ptmxmode=0666,mode=0620", "cannot mount /dev/pts inside"},
    {"/disk/shm", "/root/dev/shm", nullptr, MS_BIND, nullptr, "cannot mount /dev/shm inside"},
    {"files", "/root/dev/.files", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m", "cannot mount the files to show"},
};

struct Node {
  const char* path;
  unsigned major, minor;
};

constexpr Node kNodes[] = {{"/root/dev/null", 1, 3},   {"/root/dev/zero", 1, 5},    {"/root/dev/full", 1, 7},
                           {"/root/dev/random", 1, 8}, {"/root/dev/urandom", 1, 9}, {"/root/dev/tty", 5, 0}};

constexpr const char* kLinks[][2] = {{"/proc/self/fd", "/root/dev/fd"},
                                     {"/proc/self/fd/0", "/root/dev/stdin"},
                                     {"/proc/self/fd/1", "/root/dev/stdout"},
                                     {"/proc/self/fd/2", "/root/dev/stderr"},
                                     {"pts/ptmx", "/root/dev/ptmx"}};

/// An image's link there would lead the mounts elsewhere.
bool is_folder_or_missing(const char* path) {
  struct stat info {};
  return ::lstat(path, &info) < 0 ? errno == ENOENT : S_ISDIR(info.st_mode);
}

Fault make_folders_of_disk() {
  for (const char* folder : {"/disk/u", "/disk/w", "/disk/shm"})
    if (::mkdir(folder, 0755) < 0 && errno != EEXIST) return fault("cannot make a folder on the disk");
  return ::chmod("/disk/shm", 01777) < 0 ? fault("cannot open up a folder on the disk") : Fault{};
}

Fault make_devices() {
  for (const Node& node : kNodes)
    if (::mknod(node.path, S_IFCHR | 0666, makedev(node.major, node.minor)) < 0) return fault("cannot make a device");
  for (const auto& [target, path] : kLinks)
    if (::symlink(target, path) < 0) return fault("cannot make a link in /dev");
  return {};
}

/// What acts on the kernel as a whole: root inside could end the machine with a word.
Fault protect_kernel() {
  constexpr unsigned long kReadOnly = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  for (const char* path : {"/root/proc/sys", "/root/proc/sysrq-trigger"})
    if (::mount(path, path, nullptr, MS_BIND, nullptr) < 0 || ::mount(nullptr, path, nullptr, kReadOnly, nullptr) < 0)
      return fault("cannot protect a file of /proc");
  return {};
}

Fault change_root() {
  if (::chdir("/root") < 0 || ::mount(".", "/", nullptr, MS_MOVE, nullptr) < 0 || ::chroot(".") < 0 || ::chdir("/") < 0)
    return fault("cannot change the root");
  return {};
}

/// A copy of a machine remembers what the first one's disks began with.
Fault forget_disks() {
  for (const char* disk : {"/dev/vda", "/dev/vdb"}) {
    const wire::Handle open(::open(disk, O_RDONLY | O_CLOEXEC));
    if (!open || ::ioctl(open.get(), BLKFLSBUF) < 0) return fault("cannot look at a disk anew");
  }
  return {};
}

}  // namespace

Fault mount_kernel() { return make_all(kKernel); }

Fault mount_image() {
  if (const Fault failed = forget_disks()) return failed;
  if (const Fault failed = make_all(kImage)) return failed;
  if (const Fault failed = make_folders_of_disk()) return failed;
  return make(kRoot);
}

Fault enter_root(const Orders& orders) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) return fault("cannot part the mounts");
  for (const char* folder : {"/root/proc", "/root/dev", "/root/tmp"})
    if (!is_folder_or_missing(folder)) return {"the image has something else where /proc, /dev or /tmp belongs", ENOTDIR};
  ::umask(0);  // modes of nodes are as they are said
  if (const Fault failed = make_all(kInside)) return failed;
  if (const Fault failed = protect_kernel()) return failed;
  if (const Fault failed = make_devices()) return failed;
  if (const Fault failed = change_root()) return failed;
  if (const Fault failed = show_files(orders)) return failed;
  if ((::mkdir("/tmp", 0755) < 0 && errno != EEXIST) || ::chmod("/tmp", 01777) < 0) return fault("cannot open up /tmp");
  ::umask(022);
  return {};
}

}  // namespace sandbox::guest
