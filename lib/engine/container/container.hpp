#pragma once
// Container: a machine made of namespaces. All walls are the kernel's; see walls.hpp.
#include <memory>
#include <span>

#include "engine/container/walls.hpp"
#include "engine/machine.hpp"

namespace sandbox::engine {

/// Facts of this host that decide about walls, found out by moving into cgroups of our own; the
/// ids are those of the sandbox's place, and for the caller to fill in.
HostFacts read_host_facts();

/// The program that becomes PID 1, as a sealed file in memory.
Fd prepare_agent(std::span<const unsigned char> agent);

/// Begins to start one; `spec` and `facts` must outlive it. Throws Error with what to mend; then
/// nothing is left.
std::unique_ptr<Machine> start_container(const Spec& spec, const HostFacts& facts, Fd agent);

/// The cgroups that start_container() makes: written down before, for the clean-up of a crash.
std::vector<Path> cgroup_paths(const HostFacts& facts, const std::string& id);

}  // namespace sandbox::engine
