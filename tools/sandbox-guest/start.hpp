#pragma once
// Start: the two programs that this one leaves behind: the agent, PID 1 of a namespace of its own, in
// which everything of the sandbox lives; and the bridge, which is PID 1 of the machine and out of reach.
#include "fault.hpp"
#include "orders.hpp"
#include "wire/handle.hpp"

namespace sandbox::guest {

/// Does not return when all is well: becomes the bridge.
Fault start(const Orders& orders, wire::Handle port, wire::Handle group);

}  // namespace sandbox::guest
