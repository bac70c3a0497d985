#include "isolate/masks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "isolate/mount.hpp"

namespace sandbox::isolate {

namespace {

// Docker's list (moby daemon/pkg/oci/defaults.go), and what else of /proc names host kernel
// addresses, host-wide counters or the SysRq trigger.
constexpr std::array kHidden = {"acpi",        "asound",        "interrupts",    "kallsyms",
                                "kcore",       "keys",          "kmsg",          "kpagecgroup",
                                "kpagecount",  "kpageflags",    "latency_stats", "sched_debug",
                                "scsi",        "softirqs",      "sysrq-trigger", "timer_list",
                                "timer_stats", "vmallocinfo",   "bootconfig",    "key-users"};

constexpr std::array kReadOnly = {"bus", "fs", "irq", "sys"};

constexpr std::uint64_t kInert = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

/// Most names exist on some kernels only.
Fd open_if_there(const Fd& proc, const char* name) {
  Fd fd(::openat(proc.get(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd && errno != ENOENT) throw_system_error("cannot open in /proc", name);
  return fd;
}

/// The host's /dev/null, verified: an image cannot swap it (CVE-2025-31133).
Fd null_device() {
  Fd null = copy_mount(AT_FDCWD, "/dev/null", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  struct stat info {};
  if (::fstat(null.get(), &info) < 0 || !S_ISCHR(info.st_mode) || info.st_rdev != ::makedev(1, 3))
    throw Error(HostCheck::masks, "'/dev/null' is not the null device", "repair the host's /dev");
  return null;
}

void hide(const Fd& proc, const char* name) {
  const Fd target = open_if_there(proc, name);
  if (!target) return;
  struct stat info {};
  if (::fstat(target.get(), &info) < 0) throw_system_error("cannot look at", name);
  attach(S_ISDIR(info.st_mode) ? make_mount("tmpfs", {{"size", "4k"}, {"nr_inodes", "2"}}, kInert)
                               : null_device(),
         target, name);
}

}  // namespace

void mount_masked_proc(const Fd& root) {
  const Fd proc = make_mount("proc", {}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  struct statfs info {};
  if (::fstatfs(proc.get(), &info) < 0 || info.f_type != PROC_SUPER_MAGIC)
    throw Error(HostCheck::masks, "the new /proc is not procfs");
  attach(proc, open_or_make_directory(root, "proc"), "/proc");
  for (const char* name : kHidden) hide(proc, name);
  for (const char* name : kReadOnly)
    if (const Fd target = open_if_there(proc, name)) attach(copy_mount(target.get(), "", kInert), target, name);
}

}  // namespace sandbox::isolate
