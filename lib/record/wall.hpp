#pragma once
// Wall: one protection of a sandbox. Every record of a sandbox lists every wall, up or
// absent, and by which mechanism: nothing is downgraded silently.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

/// All walls of the container engine, in the order in which records list them.
inline constexpr std::array<std::string_view, 18> kWalls = {
    "user",         "pid",  "mount", "network",           "ipc",     "uts",
    "cgroup",       "root", "masks", "capabilities",      "no-new-privileges",
    "seccomp",      "landlock", "memory", "cpu",           "pids",    "disk", "kernel"};

struct Wall {
  std::string name;
  bool up = false;
  std::string by;      ///< the mechanism ("cgroup-v1", "tmpfs"), or why it is absent
  std::optional<std::uint64_t> limit;  ///< of memory, pids and disk
  std::optional<std::uint64_t> inodes;  ///< of disk: how many files it may hold
};

void to_json(Json& json, const Wall& wall);
void from_json(const Json& json, Wall& wall);

}  // namespace sandbox::record
