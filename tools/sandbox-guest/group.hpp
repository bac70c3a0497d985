#pragma once
// Group: the cgroup in which all commands are, with the limits that a machine's size does not set.
// The agent is not in it: it must not run out of what it hands out.
#include "fault.hpp"
#include "wire/handle.hpp"
#include "wire/wake.hpp"

namespace sandbox::guest {

/// Makes it; `directory` is for the agent, who makes a leaf in it for every command.
Fault make_group(const wire::Wake& wake, wire::Handle& directory);

}  // namespace sandbox::guest
