#pragma once
// Alter: carries out what is asked to be otherwise about a sandbox, all of it or nothing.
#include "life/alteration.hpp"
#include "life/owned_sandbox.hpp"
#include "record/entry.hpp"

namespace sandbox::life {

/// The sandbox's record as it is afterwards, with what became of each change. Throws Error when
/// it cannot be written down; then nothing has changed.
record::Sandbox alter(OwnedSandbox& owned, const Alteration& wanted, const record::Actor& actor);

}  // namespace sandbox::life
