#pragma once
// Stages: a whole life of a sandbox, again and again, each stage by the program that users have
// for it. In every round the parts come in another order, so that a disturbance meets all.
#include "record/measurements.hpp"
#include "session.hpp"

namespace sandbox::tool {

/// Adds rows, notes and the engine.
void measure_stages(const Session& session, record::Measurements& measurements);

/// For sandbox-run: the image, and true(1).
std::vector<std::string> run_words(const Session& session);

}  // namespace sandbox::tool
