#pragma once
// Machine facts: what numbers depend on beside the image, from procfs.
#include <optional>
#include <string>
#include <string_view>

#include "record/measurements.hpp"

namespace sandbox::measure {

/// Of /proc/cpuinfo: the model of the first processor, or "unknown".
std::string processor_model(std::string_view cpuinfo);

/// Of /proc/meminfo: all of it; 0 when it does not say.
std::uint64_t memory_of(std::string_view meminfo);

/// Of /proc/loadavg: the last minute.
std::optional<double> load_of(std::string_view loadavg);

/// Of this machine, now, without its GPUs.
record::MachineFacts machine_facts();

}  // namespace sandbox::measure
