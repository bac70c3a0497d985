#pragma once
// Limits of a container: what is written into its cgroup, at first and when they change.
#include <optional>
#include <string>
#include <vector>

#include "engine/machine.hpp"
#include "isolate/cgroup.hpp"

namespace sandbox::engine {

/// A disk in memory is charged to the same cgroup: so much more memory.
std::uint64_t memory_for_disk(const Spec& spec);

isolate::CgroupLimits cgroup_limits(const record::Limits& limits, std::uint64_t for_disk);

/// Why the limits that are set in `wanted` cannot be set now.
std::optional<std::string> objection_to(const record::Limits& wanted, std::uint64_t for_disk, const std::vector<record::Wall>& walls,
                                        const record::Usage& now, bool disk_can_be_limited);

/// Notes changed limits in the walls.
void set_wall_limits(std::vector<record::Wall>& walls, const record::Limits& changed);

/// Where no cgroup counts them, the kernel does per user.
bool pids_by_rlimit(const std::vector<record::Wall>& walls);

}  // namespace sandbox::engine
