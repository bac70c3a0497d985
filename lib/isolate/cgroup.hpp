#pragma once
// Cgroup: the control groups of one sandbox, one directory per hierarchy, all named by its
// id. They limit, count, and end for certain.
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "isolate/cgroup_host.hpp"

namespace sandbox::isolate {

struct CgroupLimits {
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::uint64_t> pids;
  std::optional<double> cpus;
};

/// How often limits were hit since the cgroup was made.
struct CgroupHits {
  std::uint64_t memory_kills = 0;  ///< processes the OOM killer ended
  std::uint64_t pids_hits = 0;     ///< forks that were refused
};

/// What was used, as far as somebody counts.
struct CgroupUsage {
  std::optional<std::uint64_t> memory_bytes, memory_peak_bytes, processes, cpu_us, throttled_us;
};

class Cgroup {
 public:
  /// The directories that create() would make: known before it runs, so that they can be
  /// written down first and found after a crash.
  static std::vector<Path> paths(const CgroupHost& host, const std::string& id);

  /// None: counts nothing, limits nothing.
  Cgroup() = default;

  /// Makes the one of version 2, where there is one: a child is born in it. `owner` may make and
  /// kill groups of its own below.
  static Cgroup create(const CgroupHost& host, const std::string& id, uid_t owner);

  /// Makes those of version 1, for the child to move into.
  void complete(const CgroupHost& host, const std::string& id);

  /// Writes the limits, after complete(). One without a controller is left out.
  void limit(const CgroupLimits& limits) const;

  /// Everything in it stands still, or goes on; at most a second is waited for that. Only
  /// version 2 can do it. Whoever stands still can be killed.
  void freeze(bool still) const;

  /// For clone_isolated(): -1 where there is no version 2.
  int birth() const { return unified_.get(); }

  /// Version 1 has no birth: the child moves itself, through these descriptors; see join().
  std::vector<Fd> entrances() const;

  CgroupHits hits() const;
  CgroupUsage usage() const;

 private:
  struct Group {
    Path path;
    CgroupParent::Version version;
    Fd directory;
  };
  void make(const Path& path, CgroupParent::Version version);
  const Group* find(const std::optional<CgroupParent>& parent, const std::string& id) const;
  std::vector<Group> groups_;
  const Group* memory_ = nullptr;
  const Group* pids_ = nullptr;
  const Group* cpu_ = nullptr;
  Fd unified_;
};

/// Moves the calling thread, the only one of its process, through each entrance. Only a thread
/// that moves itself does so without the lock that all forks take: moving another process
/// would wait for an RCU grace period, 4 to 25 ms (cgroup_procs_write_start in the kernel).
void join(const std::vector<Fd>& entrances);

/// Kills everything in these cgroups and below them, waits until they are empty and removes
/// them. Safe to repeat. Returns how many directories went; throws when one does not empty
/// within two seconds.
std::uint64_t end_cgroups(const std::vector<Path>& paths);

}  // namespace sandbox::isolate
