#pragma once
// What control groups this host offers us: version 2, version 1, or both at once (hybrid),
// and below which directories we may make our own.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace sandbox::isolate {

/// A directory in which we may make cgroups, and how its limits are written.
struct CgroupParent {
  enum class Version { v1, v2 };
  Path directory;
  Version version = Version::v2;
};

struct CgroupHost {
  std::optional<CgroupParent> memory, pids, cpu;
  /// A version-2 directory, even without controllers: birth, kill and cpu time need none.
  std::optional<Path> unified;
  /// The version-1 hierarchy by which systemd and CI runners find their processes.
  std::optional<Path> tracking;
  bool version2_has_controllers = false;  ///< pure version 2, whether or not we may use them
  bool by_systemd = false;                ///< `unified` is a scope that the user's systemd gave
  std::string lack;                       ///< why there is nothing, where more is known than that
};

/// The facts that the search starts from; a test gives those of a made-up host.
struct CgroupFacts {
  std::string mountinfo;    ///< /proc/self/mountinfo
  std::string membership;   ///< /proc/self/cgroup
  unsigned uid = 0;
  Path prefix;              ///< put before every mount point; empty on a real host

  static CgroupFacts read();
};

/// Root makes and uses MOUNT/sandbox. A user has a directory only where somebody delegated one
/// to him: MOUNT/sandbox-UID, or, in version 2, the cgroup above his own. Nobody can use the
/// controllers of the very cgroup he is in: it has processes. See settle.hpp for scopes.
CgroupHost find_cgroups(const CgroupFacts& facts);

/// Makes a version-2 directory, and none else of version 2, what the host offers.
void use_directory(CgroupHost& host, const Path& directory);

/// Where to go in each version-1 hierarchy in which the process is in somebody else's cgroup, as far
/// as we may. Not that of processor sets: nothing is ended by it, and new groups of it take nobody in.
std::vector<Path> shelters(const CgroupFacts& facts);

/// The directory of the version-2 cgroup that the process is in.
std::optional<Path> own_cgroup(const CgroupFacts& facts);

}  // namespace sandbox::isolate
