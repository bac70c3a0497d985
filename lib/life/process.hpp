#pragma once
// Who a process is, beyond its number: boot id and start time are never reused.
#include "record/sandbox.hpp"

namespace sandbox::life {

std::string boot_id();

record::ProcessIdentity identity_of(int pid);

/// True while that very process (not another with its number) lives and is no zombie.
bool is_alive(const record::ProcessIdentity& identity);

}  // namespace sandbox::life
