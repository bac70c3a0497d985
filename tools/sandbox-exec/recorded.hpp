#pragma once
// Recorded: a job whose outcome is a record instead of streams.
#include "cli/output.hpp"
#include "job.hpp"
#include "place.hpp"
#include "record/outcome.hpp"

namespace sandbox::tool {

record::Outcome run_recorded(const Place& place, const Job& job, const Json& from);

/// Starts it and leaves it; the outcome has its pid, and is logged.
record::CommandOutcome run_detached(const Place& place, const life::Request& request);

/// The outcome for people: what was written, made visible, and the verdict.
std::string human(const record::Outcome& outcome);

}  // namespace sandbox::tool
