#include "isolate/settle.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "isolate/user_scope.hpp"

namespace sandbox::isolate {

namespace {

constexpr const char* kLeaf = "supervisors";

/// False: we may not, or it is not there.
bool write_to(const Path& file, std::string_view text) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// "0" moves whoever writes it.
bool move_to(const Path& file) { return write_to(file, "0"); }

bool make_and_enter(const Path& leaf) {
  // Sandboxes that burn all they may must not keep the supervisors from answering.
  if (::mkdir(leaf.c_str(), 0755) == 0) write_to(leaf / "cpu.weight", "10000");
  return move_to(leaf / "cgroup.procs");
}

bool is_below(const Path& parent, const std::optional<Path>& path) {
  return path && (path->native() + "/").starts_with(parent.native() + "/");
}

void leave(const CgroupHost& host, const CgroupFacts& facts) {
  // A thread that moves itself through version 1's `tasks` needs no lock; see join().
  for (const Path& shelter : shelters(facts)) move_to(shelter / "tasks");
  const std::optional<Path> own = own_cgroup(facts);
  // A user's own cgroup, the last resort, is not ours to furnish.
  if (host.unified && own != host.unified && own != *host.unified / kLeaf) make_and_enter(*host.unified / kLeaf);
}

/// A process may be moved, or be born, only between cgroups that meet in one which the user may
/// write to: a cgroup that is his is of no use to him while he is in a session that is not.
bool is_reachable(const CgroupHost& host, const CgroupFacts& facts) {
  const std::optional<Path> own = own_cgroup(facts);
  if (facts.uid == 0 || !host.unified || is_below(*host.unified, own)) return true;
  if (!own) return false;  // in the root
  Path meet = own->parent_path();
  while (meet.has_relative_path() && !is_below(meet, host.unified)) meet = meet.parent_path();
  return ::access((meet / "cgroup.procs").c_str(), W_OK) == 0;
}

/// Version 1 knows no such rule, and no scopes either.
CgroupHost without_version2(CgroupHost host) {
  host.lack = fmt::format("the cgroup '{}' cannot be entered from here", host.unified->native());
  host.unified.reset();
  for (auto* parent : {&host.memory, &host.pids, &host.cpu})
    if (*parent && (*parent)->version == CgroupParent::Version::v2) parent->reset();
  return host;
}

bool lacks_controllers(const CgroupHost& host) { return (!host.memory || !host.pids) && host.version2_has_controllers; }

/// Unique: a unit of the same name may still be on its way out.
std::string unit_name() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return fmt::format("sandbox-{}-{}.scope", ::getpid(), now.tv_sec * 1'000'000'000 + now.tv_nsec);
}

/// A cgroup that passes controllers on has no processes of its own: we go into a leaf of it.
void use_scope(CgroupHost& host) {
  const Scope scope = enter_user_scope(user_systemd_socket(::geteuid()), unit_name(), static_cast<std::uint32_t>(::getpid()));
  if (scope.answer == ScopeAnswer::refused) host.lack = fmt::format("the user's systemd gives no cgroup: {}", scope.reason);
  if (scope.answer != ScopeAnswer::entered) return leave(host, CgroupFacts::read());
  const auto own = own_cgroup(CgroupFacts::read());
  host.by_systemd = own && make_and_enter(*own / kLeaf);
  if (host.by_systemd) use_directory(host, *own);
  else host.lack = "the scope that the user's systemd gave cannot be used";
}

}  // namespace

Fd supervisors_cgroup() {
  const uid_t uid = ::geteuid();
  const std::string ours = uid == 0 ? "sandbox" : fmt::format("sandbox-{}", uid);
  for (const char* mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
    if (Fd fd(::open(fmt::format("{}/{}/{}", mount, ours, kLeaf).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); fd)
      return fd;
  return Fd();
}

CgroupHost settle() {
  const CgroupFacts facts = CgroupFacts::read();
  CgroupHost host = find_cgroups(facts);
  if (!is_reachable(host, facts)) host = without_version2(std::move(host));
  if (facts.uid != 0 && lacks_controllers(host)) use_scope(host);
  else leave(host, facts);
  return host;
}

}  // namespace sandbox::isolate
