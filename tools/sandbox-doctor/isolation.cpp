#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/child.hpp"
#include "base/clock.hpp"
#include "base/temp_dir.hpp"
#include "examination.hpp"
#include "isolate/capabilities.hpp"
#include "isolate/devices.hpp"
#include "isolate/landlock.hpp"
#include "isolate/masks.hpp"
#include "isolate/mount.hpp"
#include "isolate/namespaces.hpp"
#include "isolate/network.hpp"
#include "isolate/overlay.hpp"
#include "isolate/seccomp.hpp"
#include "isolate/subordinate.hpp"
#include "isolate/within_ids.hpp"
#include "judge_ids.hpp"
#include "storage_facts.hpp"
#include "trial.hpp"
#include "user_facts.hpp"

namespace sandbox::tool {

namespace {

constexpr std::uint64_t kDiskBytes = 4 << 20;

isolate::IdMap own_ids() { return isolate::id_map_for(kTrialPlace); }

/// An overlay as a sandbox has it, with one layer that has one file.
Fd make_overlay() {
  isolate::receive_only();
  const Fd layer = isolate::make_memory_disk(kDiskBytes, 64);
  const Fd file(::openat(layer.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (!file) throw_system_error("cannot write to a file system in memory", {}, HostCheck::overlay);
  const Fd scratch = checked_fd(::open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", "/tmp");
  std::vector<Fd> layers;
  layers.push_back(duplicate(layer));
  return isolate::make_root(isolate::make_memory_disk(kDiskBytes, 64), scratch, layers);
}

void use_overlay() {
  const Fd root = make_overlay();
  // A deletion is what needs the extended attributes of users.
  if (::unlinkat(root.get(), "file", 0) < 0) throw_system_error("cannot delete a file of a layer", {}, HostCheck::overlay);
  if (::mkdirat(root.get(), "file", 0755) < 0) throw_system_error("cannot write to an overlay", {}, HostCheck::overlay);
}

void enter_network() {
  isolate::NetworkNamespace network = isolate::NetworkNamespace::begin();
  std::move(network).enter();
}

void mask() { isolate::mount_masked_proc(make_overlay()); }

void show_devices() {
  const Fd root = make_overlay();
  isolate::mount_devices(root, isolate::make_mount("tmpfs", {{"mode", "1777"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
}

void cut_privileges() {
  isolate::cut_capabilities(isolate::kAgentCapabilities);
  if (::mount("none", "/", nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0)
    throw Error(HostCheck::privileges, "a mount succeeds without the capability for it");
}

void forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) throw_system_error("cannot forbid new privileges", {}, HostCheck::privileges);
}

void raise_landlock() {
  forbid_new_privileges();
  if (!isolate::apply_landlock()) throw Error(HostCheck::landlock, "not in this kernel");
}

void raise_seccomp() {
  forbid_new_privileges();
  isolate::apply_seccomp(isolate::Nesting::refused);
  // As root of this namespace it would succeed.
  if (::unshare(CLONE_NEWUTS) == 0)
    throw Error(HostCheck::seccomp, "the filter is loaded, and does not filter");
}

struct Attempt {
  HostCheck check;
  Need need;
  void (*act)();
  std::string_view why;
  std::string_view fix;
};

constexpr Attempt kAttempts[] = {
    {HostCheck::network, Need::required, enter_network, "a sandbox has a network of its own, with nothing in it",
     "raise user.max_net_namespaces, or load what CONFIG_NET_NS needs"},
    {HostCheck::overlay, Need::required, use_overlay, "the root of a sandbox: read-only layers below what it writes",
     "modprobe overlay; a user needs Linux 5.11 or newer"},
    {HostCheck::masks, Need::required, mask, "/proc is hidden where it tells about the host",
     "a container around this must show an unmasked /proc: podman and docker do with --security-opt unmask=ALL"},
    {HostCheck::devices, Need::required, show_devices, "six harmless devices in /dev",
     "repair /dev: null, zero, full, random, urandom and tty must be the devices of these names"},
    {HostCheck::privileges, Need::required, cut_privileges, "capabilities are cut and new privileges forbidden", ""},
    {HostCheck::landlock, Need::optional, raise_landlock, "a second opinion in the kernel, independent of namespaces",
     "boot a kernel of Linux 5.19 or newer with landlock in its lsm= list"},
    {HostCheck::seccomp, Need::required, raise_seccomp, "an allow-list of system calls",
     "boot a kernel with CONFIG_SECCOMP_FILTER"},
};

Tried try_inside(void (*act)()) {
  return try_out([act] {
    Stopwatch watch;
    isolate::within_ids(own_ids(), act);
    return fmt::format("tried in {:.1f} ms", watch.elapsed_ms());
  });
}

std::string found_of(const Attempt& attempt, std::string found) {
  return attempt.check == HostCheck::landlock ? fmt::format("interface {}", isolate::landlock_version()) : found;
}

DiagnosisLine examine(const Attempt& attempt, const Tried& namespaces) {
  auto line = line_of(attempt.check, "isolation", attempt.need, attempt.why);
  if (!namespaces.holds) return lacking(std::move(line), "not tried: there are no namespaces to try it in");
  const Tried tried = try_inside(attempt.act);
  if (tried.holds) return ok(std::move(line), found_of(attempt, tried.found));
  return lacking(std::move(line), tried.found, advice(tried.hint.empty() ? std::string(attempt.fix) : tried.hint));
}

/// A process that waits in namespaces of its own, for as long as this object lives.
Child waiting_child(const isolate::IdMap& ids) {
  isolate::CloneResult clone = isolate::clone_isolated(-1);
  if (clone.pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    for (;;) ::pause();
  }
  Child child = Child::adopt(clone.pid, std::move(clone.pidfd));
  isolate::write_id_maps(child.pid(), ids);
  return child;
}

DiagnosisLine examine_id_mapping(const Host& host) {
  auto line = line_of(HostCheck::id_mapping, "isolation", ::geteuid() == 0 ? Need::required : Need::optional,
                      "layers belong to root on disk, and to root of the sandbox inside it");
  if (::geteuid() != 0) return ok(std::move(line), "not needed: what a user owns is root's inside as it is");
  const Path place = existing_part(host.store ? host.store->layers() : Path("/var/lib"));
  const Tried tried = try_out([&] {
    const Child child = waiting_child(own_ids());
    const Fd space = isolate::open_user_namespace(child.pid());
    (void)isolate::copy_mount_mapped(AT_FDCWD, place.c_str(), MOUNT_ATTR_RDONLY, space);
    return fmt::format("the file system of '{}' can do it", place.native());
  });
  if (tried.holds) return ok(std::move(line), tried.found);
  return lacking(std::move(line), tried.found,
                 advice("put the store on ext4, XFS, Btrfs or (Linux 6.3) tmpfs: SANDBOX_STORE names a directory there"));
}

DiagnosisLine examine_subuid(const Host& host) {
  const auto facts = isolate::SubordinateFacts::read();
  return judge_subuid(facts, host.config.ids == "range", [](const isolate::SubordinateIds& ids) {
    return try_out([&] {
      isolate::within_ids(isolate::id_map_for(kTrialPlace, ids), [] {});
      return fmt::format("65536 ids, mapped: users from {}, groups from {}", ids.users, ids.groups);
    });
  });
}

}  // namespace

std::vector<DiagnosisLine> examine_isolation(const Host& host) {
  const auto facts = UserFacts::read(::geteuid());
  const Tried namespaces = try_inside(isolate::receive_only);  // AppArmor may give one without any rights
  std::vector<DiagnosisLine> lines = {judge_namespaces(facts, namespaces), judge_apparmor(facts, namespaces), examine_subuid(host)};
  for (const Attempt& attempt : kAttempts) lines.push_back(examine(attempt, namespaces));
  lines.insert(lines.begin() + 5, examine_id_mapping(host));
  return lines;
}

}  // namespace sandbox::tool
