#pragma once
// Namespaces: one clone3(2) that makes a child with all of them at once, and its id maps.
#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/fd.hpp"
#include "isolate/subordinate.hpp"

namespace sandbox::isolate {

struct CloneResult {
  pid_t pid = 0;  ///< 0 in the child
  Fd pidfd;       ///< in the parent
};

/// Forks into new user, mount, pid, ipc and uts namespaces; for one of the network see
/// isolate/network.hpp. With `cgroup` (a cgroup-v2 directory, or -1) the child is born in it, which
/// costs no migration. The caller must be single-threaded: the child goes on in a copy of it.
CloneResult clone_isolated(int cgroup);

/// The cgroups that the caller is in now become the roots that it sees: so this comes after
/// joining every hierarchy, else /proc/self/cgroup shows the host's paths.
void enter_cgroup_namespace();

/// How many namespaces of each type may exist below the calling process's user namespace, whose
/// root it is.
void bound_namespaces();

/// The ids of a sandbox: 0…count-1 inside are base…base+count-1 outside, unless a user has
/// subordinate ones for all but the first.
struct IdMap {
  std::uint32_t base = 0;
  std::uint32_t count = 1;
  std::optional<SubordinateIds> rest;

  bool single() const { return count == 1; }
  /// What belongs to the caller on disk is root's inside as it is; else mounts map ids.
  bool root_is_caller() const { return single() || rest; }
};

inline constexpr std::uint32_t kIdsPerSandbox = 65536;
/// Clear of subordinate ranges (usually from 100000) and of systemd-nspawn's.
inline constexpr std::uint32_t kFirstId = 0x70000000;

/// Root gives every place a range of its own; a user has one id, his own, and those given.
IdMap id_map_for(std::uint32_t place, const std::optional<SubordinateIds>& subordinate = {});

/// Writes uid_map and gid_map of a child that waits for it, by itself or by newuidmap(1). A single id
/// needs setgroups denied first (user_namespaces(7)).
void write_id_maps(pid_t child, const IdMap& map);

/// The caller, a user, becomes root over what he owns, in a user namespace of his own: he can
/// read it as it looks inside a sandbox, whatever its mode. For good, and for one thread only.
void become_root_of_own_files();

/// The user namespace of a process, for id-mapped mounts.
Fd open_user_namespace(pid_t pid);

}  // namespace sandbox::isolate
