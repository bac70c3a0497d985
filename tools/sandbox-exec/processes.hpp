#pragma once
// Detached processes of a sandbox: listed, followed, signalled.
#include "exec.hpp"
#include "place.hpp"

namespace sandbox::tool {

int list_processes(const Place& place, const Options& options);
/// `target` is a pid, or the name of a service.
int attach(const Place& place, const store::Store& store, const std::string& target);
/// To one process, or to all that run.
int send_signal(const Place& place, const Options& options);

}  // namespace sandbox::tool
