#pragma once
// Plots: measurements as SVG, without anything from elsewhere: samples as dots with their median,
// the sweep and the series as lines.
#include <string>
#include <vector>

#include "record/measurements.hpp"

namespace sandbox::tool {

struct Plot {
  std::string drawing;  ///< what is inside its <svg>
  int width = 0, height = 0;
};

std::vector<Plot> plots_of(const record::Measurements& measurements);

/// All of them, one below the other.
std::string svg(const std::vector<Plot>& plots);

/// A page that needs no other file, and runs nothing.
std::string page(const std::vector<record::Measurements>& all);

}  // namespace sandbox::tool
