#pragma once
// Measurements for people at a terminal, and as Markdown.
#include <string>

#include "record/measurements.hpp"

namespace sandbox::tool {

std::string human(const record::Measurements& measurements);

/// Hostile names and messages stand in code spans.
std::string markdown(const record::Measurements& measurements);

}  // namespace sandbox::tool
