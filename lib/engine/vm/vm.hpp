#pragma once
// Vm: a machine with a kernel of its own, by QEMU. QEMU itself runs inside the walls of the
// container engine, as what would be PID 1's only command there: so all that starts, bounds, counts and ends a container
// does the same for it, and what breaks out of the guest is in a sandbox.
#include <memory>

#include "engine/container/walls.hpp"
#include "engine/machine.hpp"
#include "engine/vm/template.hpp"

namespace sandbox::engine {

/// What becomes PID 1 around QEMU, as a sealed file in memory.
Fd prepare_bridge();

/// As start_container(), for a spec with `vm`. The machine boots after await_start(): the agent inside
/// is ready when control() says so, or tells of its fall. With a template it goes on from there.
std::unique_ptr<Machine> start_vm(const Spec& spec, const HostFacts& facts, Fd bridge, std::optional<Template> copied);

}  // namespace sandbox::engine
