#pragma once
// Who a process is, beyond its number: boot id and start time are never reused.
#include "record/sandbox.hpp"

namespace sandbox::life {

std::string boot_id();

record::ProcessIdentity identity_of(int pid);

/// True while that very process (not another with its number) lives and is no zombie.
bool is_alive(const record::ProcessIdentity& identity);

/// Stopped by a signal or a debugger: it answers nobody until somebody lets it go on.
bool is_stopped(int pid);

}  // namespace sandbox::life
