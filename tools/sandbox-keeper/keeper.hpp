#pragma once
// Keeper: makes the template of one shape of machines and hands it to every supervisor that asks, until nobody
// has for long.
#include "base/fd.hpp"

namespace sandbox::tool {

/// `channel`: whoever started us, who says what is wanted and waits for the answer.
void keep(Fd channel);

}  // namespace sandbox::tool
