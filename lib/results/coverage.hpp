#pragma once
// Coverage: lines and how many of them ran, counted in what cobertura, lcov and Go write.
#include <optional>
#include <string>
#include <string_view>

#include "record/report.hpp"

namespace sandbox::results {

/// By what the text looks like; nothing when it is none of the three, or has no lines.
std::optional<record::Coverage> read_coverage(std::string text);

}  // namespace sandbox::results
