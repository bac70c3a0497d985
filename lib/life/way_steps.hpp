#pragma once
// Way steps: what becomes of the doors and ports of a sandbox. Both reach the doorman in one order.
#include <vector>

#include "life/alteration.hpp"
#include "life/owned_sandbox.hpp"
#include "life/steps.hpp"

namespace sandbox::life {

/// Ports are taken at once, so that what is possible is known before anything else is done.
void add_way_steps(std::vector<Step>& steps, OwnedSandbox& owned, const Alteration& wanted);

}  // namespace sandbox::life
