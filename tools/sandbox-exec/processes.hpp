#pragma once
// Detached processes of a sandbox: listed, followed, signalled.
#include "exec.hpp"
#include "place.hpp"

namespace sandbox::tool {

int list_processes(const Place& place, const Options& options);
int attach(const Place& place, int pid);
/// To one process, or to all that run.
int send_signal(const Place& place, const Options& options);

}  // namespace sandbox::tool
