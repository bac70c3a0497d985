#include "engine/vm/walls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace sandbox::engine {

namespace {

using record::Wall;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kLeastMemory = 128 * kMiB;  ///< in which the kernel still starts
constexpr std::uint64_t kThreads = 96;              ///< QEMU's, for what it reads and writes

void set(std::vector<Wall>& walls, const char* name, const std::string& by, std::optional<std::uint64_t> limit = {}) {
  const auto wall = std::ranges::find(walls, name, &Wall::name);
  if (wall != walls.end()) *wall = {name, true, by, limit, {}};
}

/// Words that are walls only here.
std::vector<std::string> without_own(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return name == "kvm" || name == "kernel"; });
  return names;
}

}  // namespace

std::uint64_t memory_beside_guest(const Virtual& vm) { return (vm.kvm ? 128 : 320) * kMiB; }

Spec spec_around(const Spec& spec) {
  if (*spec.limits.memory_bytes < kLeastMemory)
    throw Error(ExitCode::input, fmt::format("a virtual machine needs {} MiB of memory", kLeastMemory / kMiB), "--memory 256M");
  Spec around;
  around.id = spec.id;
  around.place = spec.place;
  around.directory = spec.directory;
  around.layers = {spec.vm->folder / "skeleton"};
  around.shares = {{"/usr", "/usr", false}, {spec.vm->folder, "/machine", false}};
  if (spec.vm->kvm) around.devices = {{"/dev/kvm", "/dev/kvm", 0600}};
  around.limits = spec.limits;
  *around.limits.memory_bytes += memory_beside_guest(*spec.vm);
  around.limits.disk_bytes = 16 * kMiB;
  around.limits.pids = kThreads + static_cast<std::uint64_t>(std::ceil(*spec.limits.cpus));
  around.allow_missing = spec.allow_missing;
  around.require = without_own(spec.require);
  around.subordinate = spec.subordinate;
  return around;
}

std::vector<Wall> plan_vm_walls(const Spec& spec, const Spec& around, const HostFacts& facts) {
  if (!spec.vm->kvm && std::ranges::find(spec.require, "kvm") != spec.require.end())
    throw Error(HostCheck::kvm, "the wall 'kvm' cannot be raised: the processor would be emulated", "launch on a host on which KVM starts a machine");
  std::vector<Wall> walls = plan_walls(around, facts);
  refuse_missing(walls, around);
  set(walls, "memory", "the machine's size", spec.limits.memory_bytes);
  set(walls, "pids", "cgroup-v2 of its kernel", spec.limits.pids);
  set(walls, "disk", "the size of its ext4", spec.limits.disk_bytes);
  set(walls, "kernel", spec.vm->kvm ? "kvm" : "emulated");
  return walls;
}

}  // namespace sandbox::engine
