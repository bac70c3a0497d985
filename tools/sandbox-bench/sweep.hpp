#pragma once
// Sweep: whole lives by sandbox-run, so many at once without a pause, for each number that was
// asked for: how many end each second, and how long the slowest take.
#include "record/measurements.hpp"
#include "session.hpp"

namespace sandbox::tool {

void measure_sweep(const Session& session, record::Measurements& measurements);

}  // namespace sandbox::tool
