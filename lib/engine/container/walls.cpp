#include "engine/container/walls.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/container/disk.hpp"

namespace sandbox::engine {

namespace {

using record::Wall;

std::string lack_of(const isolate::CgroupHost& cgroups) {
  if (!cgroups.lack.empty()) return cgroups.lack;
  return ::geteuid() == 0 ? "no cgroup controller" : "no cgroup is delegated to this user";
}

Wall limited(const char* name, const isolate::CgroupHost& cgroups, const std::optional<isolate::CgroupParent>& parent,
             std::optional<std::uint64_t> limit) {
  if (!parent) return {name, false, lack_of(cgroups), {}};
  if (parent->version == isolate::CgroupParent::Version::v1) return {name, true, "cgroup-v1", limit};
  return {name, true, cgroups.by_systemd ? "cgroup-v2, systemd scope" : "cgroup-v2", limit};
}

Wall pids_wall(const Spec& spec, const HostFacts& facts) {
  // RLIMIT_NPROC counts per uid and user namespace: exact where the sandbox has one id.
  if (!facts.cgroups.pids && facts.ids.single()) return {"pids", true, "rlimit", spec.limits.pids};
  return limited("pids", facts.cgroups, facts.cgroups.pids, spec.limits.pids);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_names(const std::vector<std::string>& names, const char* option) {
  for (const std::string& name : names)
    if (std::find(record::kWalls.begin(), record::kWalls.end(), name) == record::kWalls.end()) {
      const std::string near = nearest(name, record::kWalls);
      throw Error(ExitCode::input, fmt::format("{}: unknown wall '{}'", option, name),
                  near.empty() ? "see sandbox-security(7) for their names" : fmt::format("did you mean '{}'?", near));
    }
}

std::string fix_for(const std::string& wall) {
  const bool limit = wall == "memory" || wall == "pids" || wall == "disk";
  const std::string allow = limit ? fmt::format(", or pass --allow-missing {}", wall) : "";
  if (limit && ::geteuid() != 0)
    return fmt::format("have a cgroup delegated to uid {} (sandbox-config(5)){}", ::geteuid(), allow);
  if (limit) return "give root a cgroup that passes this controller on (sandbox-config(5))" + allow;
  return wall == "kernel" ? "the container engine shares the host's kernel" : "this kernel cannot raise it" + allow;
}

HostCheck check_for(const std::string& wall) {
  for (const HostCheck check : {HostCheck::network, HostCheck::masks, HostCheck::seccomp, HostCheck::landlock, HostCheck::memory,
                                HostCheck::cpu, HostCheck::pids, HostCheck::disk})
    if (wall == name_of(check)) return check;
  if (wall == "root") return HostCheck::overlay;
  if (wall == "capabilities" || wall == "no-new-privileges") return HostCheck::privileges;
  return wall == "kernel" ? HostCheck::kvm : HostCheck::namespaces;
}

}  // namespace

std::vector<Wall> plan_walls(const Spec& spec, const HostFacts& facts) {
  std::vector<Wall> walls;
  for (const char* name : {"user", "pid", "mount", "network", "ipc", "uts", "cgroup"})
    walls.push_back({name, true, "namespace", {}});
  walls.front().by = facts.ids.single() ? "namespace, single id" : "namespace, range of 65536 ids";
  walls.push_back({"root", true, "pivot_root, overlay", {}});
  walls.push_back({"masks", true, "mounts", {}});
  walls.push_back({"capabilities", true, "bounding set", {}});
  walls.push_back({"no-new-privileges", true, "prctl", {}});
  walls.push_back({"seccomp", true, spec.nested ? "allow-list, nested" : "allow-list", {}});
  walls.push_back(spec.nested ? Wall{"landlock", false, "nested: it would forbid mounts inside", {}}
                  : facts.landlock > 0
                      ? Wall{"landlock", true, fmt::format("interface {}", facts.landlock), {}}
                      : Wall{"landlock", false, "not in this kernel", {}});
  walls.push_back(limited("memory", facts.cgroups, facts.cgroups.memory, spec.limits.memory_bytes));
  walls.push_back(limited("cpu", facts.cgroups, facts.cgroups.cpu, {}));
  walls.push_back(pids_wall(spec, facts));
  walls.push_back(disk_wall(spec));
  walls.push_back({"kernel", false, "shared with the host", {}});
  return walls;
}

void refuse_missing(const std::vector<Wall>& walls, const Spec& spec) {
  check_names(spec.allow_missing, "--allow-missing");
  check_names(spec.require, "--require");
  for (const Wall& wall : walls) {
    if (wall.up) continue;
    const bool optional = wall.name == "landlock" || wall.name == "cpu" || wall.name == "kernel";
    const bool wanted = contains(spec.require, wall.name) || !(optional || contains(spec.allow_missing, wall.name));
    if (wanted)
      throw Error(check_for(wall.name), fmt::format("the wall '{}' cannot be raised: {}", wall.name, wall.by),
                  fix_for(wall.name));
  }
}

}  // namespace sandbox::engine
