#pragma once
// Commands: the image's own and the caller's, in one sandbox, each as often as was asked for; with
// what the sandbox used during the first run of each.
#include "record/measurements.hpp"
#include "session.hpp"

namespace sandbox::tool {

/// Those that are wanted; throws Error(input) when two have one name.
std::vector<record::Benchmark> commands_of(const Options& options, const record::Image& image);

void measure_commands(const Session& session, record::Measurements& measurements);

}  // namespace sandbox::tool
