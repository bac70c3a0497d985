#pragma once
// Which walls the container engine raises on this host, by which mechanism, and whether that
// is enough. Decided before anything is started: a wall that cannot be raised is a refusal,
// never a silent downgrade.
#include <optional>
#include <vector>

#include "engine/machine.hpp"
#include "isolate/cgroup_host.hpp"
#include "isolate/namespaces.hpp"

namespace sandbox::engine {

struct HostFacts {
  isolate::CgroupHost cgroups;
  isolate::IdMap ids;
  int landlock = 0;  ///< interface version, 0: absent
};

/// All walls, up or absent.
std::vector<record::Wall> plan_walls(const Spec& spec, const HostFacts& facts);

/// Throws Error(host), with the option that names it, when a wall is absent that must be up:
/// memory, pids and disk unless allowed, and whatever is required.
void refuse_missing(const std::vector<record::Wall>& walls, const Spec& spec);

}  // namespace sandbox::engine
