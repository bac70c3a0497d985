#pragma once
// Recover: the clean-up after an owner that died. It is the same code that ends a sandbox in
// the usual way, without the machine: safe to repeat, safe at any moment beside any tool.
#include "record/reaped.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

/// Frees what is left of an orphaned sandbox. The caller has seen that its place is not held.
record::Reaped recover(const store::Store& store, record::Sandbox sandbox);

/// SIGKILL for a supervisor that does not answer; the kernel ends the sandbox with it, and
/// recover() frees the rest.
void kill_supervisor(const record::Sandbox& sandbox);

/// Ends a record: how, when, and how much was used.
record::Sandbox ended_record(record::Sandbox sandbox, const std::string& how,
                             const std::optional<record::Usage>& usage = {});

}  // namespace sandbox::life
