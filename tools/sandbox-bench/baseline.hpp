#pragma once
// Baseline: measurements that were kept in a file.
#include "base/file.hpp"
#include "record/measurements.hpp"

namespace sandbox::tool {

/// The file's records sandbox.measurements/1, at least one; throws Error(input).
std::vector<record::Measurements> read_measurements(const Path& file);

/// Of several, those of this image; else the first.
const record::Measurements& baseline_for(const std::vector<record::Measurements>& all, const std::string& image);

}  // namespace sandbox::tool
