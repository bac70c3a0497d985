#include "engine/container/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "engine/container/disk.hpp"

namespace sandbox::engine {

namespace {

using Objection = std::optional<std::string>;

const record::Wall* wall_called(const std::vector<record::Wall>& walls, std::string_view name) {
  const auto found = std::ranges::find(walls, name, &record::Wall::name);
  return found == walls.end() ? nullptr : &*found;
}

/// Only what a cgroup limits can be limited otherwise while it runs.
Objection without_cgroup(const std::vector<record::Wall>& walls, std::string_view name) {
  const record::Wall* wall = wall_called(walls, name);
  if (!wall || !wall->up) return fmt::format("nothing limits it: {}", wall ? wall->by : "no such wall");
  if (wall->by.starts_with("cgroup")) return std::nullopt;
  return fmt::format("it is limited by {}, which is set when a sandbox starts", wall->by);
}

/// Version 1 refuses to go below what is used; version 2 would kill.
Objection too_small(std::uint64_t wanted, const std::optional<std::uint64_t>& used) {
  if (!used || *used < wanted) return std::nullopt;
  return fmt::format("{} are in use", size_text(*used));
}

}  // namespace

std::uint64_t memory_for_disk(const Spec& spec) {
  return !spec.disk && !spec.upper ? *spec.limits.disk_bytes : 0;
}

isolate::CgroupLimits cgroup_limits(const record::Limits& limits, std::uint64_t for_disk) {
  isolate::CgroupLimits out{limits.memory_bytes, limits.pids, limits.cpus};
  if (out.memory_bytes) *out.memory_bytes += for_disk;
  return out;
}

Objection objection_to(const record::Limits& wanted, std::uint64_t for_disk, const std::vector<record::Wall>& walls,
                       const record::Usage& now, bool disk_can_be_limited) {
  if (wanted.memory_bytes) {
    if (const Objection objection = without_cgroup(walls, "memory")) return objection;
    if (const Objection objection = too_small(*wanted.memory_bytes + for_disk, now.memory_bytes)) return objection;
  }
  if (wanted.pids) {
    if (const Objection objection = without_cgroup(walls, "pids")) return objection;
    if (now.processes && *now.processes > *wanted.pids) return fmt::format("there are {} now", *now.processes);
  }
  if (wanted.cpus)
    if (const Objection objection = without_cgroup(walls, "cpu")) return objection;
  if (wanted.disk_bytes) {
    const record::Wall* disk = wall_called(walls, "disk");
    if (!disk_can_be_limited) return fmt::format("it is limited by {}, which is set when a sandbox starts", disk ? disk->by : "nothing");
    if (const Objection objection = too_small(*wanted.disk_bytes, now.disk_bytes)) return objection;
  }
  return std::nullopt;
}

void set_wall_limits(std::vector<record::Wall>& walls, const record::Limits& changed) {
  for (record::Wall& wall : walls) {
    if (wall.name == "memory" && changed.memory_bytes) wall.limit = changed.memory_bytes;
    if (wall.name == "pids" && changed.pids) wall.limit = changed.pids;
    if (wall.name == "disk" && changed.disk_bytes) {
      const isolate::ProjectLimit limit = disk_limit(changed);
      wall.limit = limit.bytes;
      wall.inodes = limit.inodes;
    }
  }
}

bool pids_by_rlimit(const std::vector<record::Wall>& walls) {
  const record::Wall* pids = wall_called(walls, "pids");
  return pids && pids->up && pids->by == "rlimit";
}

}  // namespace sandbox::engine
