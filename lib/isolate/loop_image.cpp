#include "isolate/loop_image.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "base/child.hpp"
#include "base/error.hpp"
#include "isolate/mount.hpp"

namespace sandbox::isolate {

namespace {

struct Loop {
  Path device;
  Fd open;  ///< the device goes when nobody has it open or mounted
};

Path device_path(int number) { return fmt::format("/dev/loop{}", number); }

/// By device and inode: a path may mean something else in another mount namespace.
bool is_loop_of(const Fd& device, const struct stat& file) {
  loop_info64 info{};
  return ::ioctl(device.get(), LOOP_GET_STATUS64, &info) == 0 && info.lo_device == file.st_dev && info.lo_inode == file.st_ino;
}

/// The same file behind two devices would be two file systems that write over each other.
std::optional<Loop> find_loop(const Path& image) {
  struct stat file {};
  if (::stat(image.c_str(), &file) < 0) return std::nullopt;
  std::error_code unreadable;  // no /sys: then no loop device either
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block", unreadable)) {
    if (!std::filesystem::exists(entry.path() / "loop/backing_file", unreadable)) continue;
    Loop loop{"/dev" / entry.path().filename(), {}};
    loop.open = Fd(::open(loop.device.c_str(), O_RDONLY | O_CLOEXEC));
    if (loop.open && is_loop_of(loop.open, file)) return loop;
  }
  return std::nullopt;
}

Loop make_loop(const Fd& image) {
  const Fd control = checked_fd(::open("/dev/loop-control", O_RDWR | O_CLOEXEC), "cannot open", "/dev/loop-control");
  loop_config config{};
  config.fd = static_cast<std::uint32_t>(image.get());
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) throw_system_error("cannot find a free loop device", {}, HostCheck::disk);
    Loop loop{device_path(number), checked_fd(::open(device_path(number).c_str(), O_RDWR | O_CLOEXEC), "cannot open",
                                              device_path(number).native())};
    if (::ioctl(loop.open.get(), LOOP_CONFIGURE, &config) == 0) return loop;
    if (errno != EBUSY) throw_system_error("cannot set up the loop device", loop.device.native(), HostCheck::disk);
  }
  throw Error(HostCheck::disk, "every free loop device is taken by somebody else at once", "try again");
}

void format(const Path& image) {
  Command command;
  for (const char* program : {"/usr/sbin/mke2fs", "/sbin/mke2fs"})
    if (::access(program, X_OK) == 0) command.program = program;
  if (command.program.empty()) throw Error(HostCheck::disk, "no program 'mke2fs'", "install e2fsprogs");
  // No journal: what is in it never outlives a crash of the host.
  command.arguments = {"mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-I", "256", "-O", "quota,project,^has_journal",
                       "-E", "quotatype=prjquota,nodiscard,lazy_itable_init=1", image.native()};
  const Ending ending = Child::spawn(command).wait();
  if (shell_code(ending) != 0)
    throw Error(HostCheck::disk, fmt::format("cannot format '{}': mke2fs exits {}", image.native(), shell_code(ending)));
}

/// Reserved whole: on a full host a sparse file would take writes and lose them.
Fd make_image(const Path& image, std::uint64_t bytes) {
  Fd file = checked_fd(::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), "cannot make", image.native());
  struct stat before {};
  if (::fstat(file.get(), &before) < 0) throw_system_error("cannot look at", image.native());
  if (static_cast<std::uint64_t>(before.st_size) > bytes && ::ftruncate(file.get(), static_cast<off_t>(bytes)) < 0)
    throw_system_error("cannot shorten", image.native(), HostCheck::disk);
  if (::fallocate(file.get(), 0, 0, static_cast<off_t>(bytes)) < 0)
    throw_system_error("cannot reserve the space of", image.native(), HostCheck::disk);
  format(image);
  return file;
}

void mount_loop(const Loop& loop, const Path& directory) {
  const Fd mount = make_mount("ext4", {{"source", loop.device.native()}, {"prjquota", ""}, {"noinit_itable", ""}},
                              MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOATIME);
  attach(mount, checked_fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", directory.native()),
         directory.native());
}

}  // namespace

bool is_on_image(const Path& directory, const Path& image) {
  struct stat place {}, device {};
  const std::optional<Loop> loop = find_loop(image);
  return loop && ::stat(directory.c_str(), &place) == 0 && ::fstat(loop->open.get(), &device) == 0 &&
         place.st_dev == device.st_rdev;
}

void mount_image(const Path& image, std::uint64_t bytes, const Path& directory) {
  if (const std::optional<Loop> loop = find_loop(image)) return mount_loop(*loop, directory);
  try {
    mount_loop(make_loop(make_image(image, bytes)), directory);
    // Mounted with the rights that mke2fs gave its root.
    if (::chmod(directory.c_str(), 0700) < 0) throw_system_error("cannot close to others", directory.native());
  } catch (const Error&) {
    ::unlink(image.c_str());
    throw;
  }
}

}  // namespace sandbox::isolate
