#pragma once
// What a process gives up before it belongs to the sandbox's user: ids, groups, capabilities.
// Runs in the new process; every function returns 0 or an errno.
#include "passwd.hpp"

namespace sandbox::agent {

/// Ids and groups as the account says; root keeps the capabilities that package managers and
/// servers need, everybody else none.
int become(const Account& account);

/// Whether this user namespace maps root alone; nobody can become another then.
bool has_single_id();

/// Makes clone3(2) fail with ENOSYS from here on. The agent needs it, to start commands
/// inside their cgroup; commands must not have it, because a filter cannot see its flags.
int forbid_clone3();

/// False when the sandbox's own filter already refuses clone3(2).
bool has_clone3();

}  // namespace sandbox::agent
