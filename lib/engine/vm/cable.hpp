#pragma once
// Cable: between a guest's network card and the sandbox's network namespace on the host: a tap device
// there. What serves a container's programs in that namespace serves the guest's.
#include "base/fd.hpp"
#include "wire/wake.hpp"

namespace sandbox::engine {

/// Makes the device in the network namespace of a process, with the gateway's address; in a
/// short-lived child: the caller has one thread. Throws Error(host).
Fd plug_cable(const Fd& process);

/// What the guest is told of it.
wire::Cable cable_for_guest();

}  // namespace sandbox::engine
