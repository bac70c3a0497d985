#include "isolate/overlay.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
#include "isolate/mount.hpp"

namespace sandbox::isolate {

namespace {

Fd make_directory(const char* name, mode_t mode) {
  if (::mkdir(name, mode) < 0) throw_system_error("cannot make a directory on the disk", name);
  return checked_fd(::open(name, O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open on the disk", name);
}

}  // namespace

Fd make_memory_disk(std::uint64_t bytes, std::uint64_t inodes) {
  return make_mount("tmpfs",
                    {{"mode", "0755"}, {"size", fmt::format("{}", bytes)}, {"nr_inodes", fmt::format("{}", inodes)}},
                    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

Fd make_root(const Fd& disk, const Fd& scratch, const std::vector<Fd>& layers) {
  attach(disk, scratch, "the scratch directory");
  if (::fchdir(disk.get()) < 0) throw_system_error("cannot enter the disk");
  // Relative one-letter names: fsconfig() values end at 255 bytes, and mountinfo inside the
  // sandbox shows them. The topmost layer comes first.
  std::string lower;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string name = fmt::format("{}", i);
    attach(layers[i], make_directory(name.c_str(), 0700), name);
    lower = lower.empty() ? name : name + ":" + lower;
  }
  make_directory("u", 0755);
  make_directory("w", 0700);
  make_directory("mounts", 0755);
  make_directory("shm", 0700);
  if (::chmod("shm", 01777) < 0) throw_system_error("cannot open up", "shm");  // mkdir obeys the umask
  // volatile: the unmount would sync the whole file system below for data that dies with it.
  // The other features differ in their defaults from distribution to distribution.
  const Fd overlay = make_mount("overlay",
                                {{"userxattr", ""},
                                 {"volatile", ""},
                                 {"index", "off"},
                                 {"metacopy", "off"},
                                 {"lowerdir", lower},
                                 {"upperdir", "u"},
                                 {"workdir", "w"}},
                                MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  attach(overlay, make_directory("r", 0755), "the root");
  return checked_fd(::open("r", O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", "the root");
}

}  // namespace sandbox::isolate
