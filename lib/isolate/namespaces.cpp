#include "isolate/namespaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "isolate/newuidmap.hpp"

namespace sandbox::isolate {

namespace {

void write_proc(pid_t pid, const char* name, const std::string& text) {
  const std::string path = fmt::format("/proc/{}/{}", pid, name);
  const Fd fd = checked_fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "cannot open", path);
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw_system_error("cannot write", path, HostCheck::namespaces);
}

}  // namespace

CloneResult clone_isolated(int cgroup) {
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                    CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
  if (cgroup >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup);
  }
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid < 0) {
    const int error = errno;
    const bool limit = error == ENOSPC || error == EUSERS;
    throw Error(HostCheck::namespaces, fmt::format("cannot create namespaces: {}", error_text(error)),
                limit ? "raise user.max_user_namespaces, or end other sandboxes"
                      : "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1 "
                        "and kernel.apparmor_restrict_unprivileged_userns=0 where they exist");
  }
  if (pid == 0) return {};
  return {static_cast<pid_t>(pid), Fd(pidfd)};
}

void enter_cgroup_namespace() {
  if (::unshare(CLONE_NEWCGROUP) < 0) throw_system_error("cannot create a cgroup namespace", {}, HostCheck::namespaces);
}

void bound_namespaces() {
  // A browser has one or two for each of its processes; each costs memory that no cgroup counts.
  constexpr const char* kMost = "128";
  for (const char* type : {"user", "pid", "net", "mnt", "ipc", "uts"}) {
    const std::string path = fmt::format("/proc/sys/user/max_{}_namespaces", type);
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd || ::write(fd.get(), kMost, 3) != 3) throw_system_error("cannot write", path, HostCheck::namespaces);
  }
}

IdMap id_map_for(std::uint32_t place, const std::optional<SubordinateIds>& subordinate) {
  if (::geteuid() == 0) return {kFirstId + place * kIdsPerSandbox, kIdsPerSandbox, {}};
  return {::geteuid(), subordinate ? kIdsPerSandbox : 1, subordinate};
}

void write_id_maps(pid_t child, const IdMap& map) {
  if (map.rest) return map_by_programs(child, *map.rest);
  const std::uint32_t group = map.single() ? ::getegid() : map.base;
  if (map.single()) write_proc(child, "setgroups", "deny");
  write_proc(child, "uid_map", fmt::format("0 {} {}", map.base, map.count));
  write_proc(child, "gid_map", fmt::format("0 {} {}", group, map.count));
}

void become_root_of_own_files() {
  const std::uint32_t user = ::geteuid(), group = ::getegid();
  if (::unshare(CLONE_NEWUSER) < 0) throw_system_error("cannot create a user namespace", {}, HostCheck::namespaces);
  write_proc(::getpid(), "setgroups", "deny");
  write_proc(::getpid(), "uid_map", fmt::format("0 {} 1", user));
  write_proc(::getpid(), "gid_map", fmt::format("0 {} 1", group));
}

Fd open_user_namespace(pid_t pid) {
  const std::string path = fmt::format("/proc/{}/ns/user", pid);
  return checked_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "cannot open", path);
}

}  // namespace sandbox::isolate
