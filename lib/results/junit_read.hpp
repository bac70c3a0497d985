#pragma once
// JUnit XML as a dozen runners write it: leaves are walked, totals are only compared. There
// are no entities and no document types, so that no report can be larger than its file.
#include <string>

#include "results/reading.hpp"

namespace sandbox::results {

/// Takes the text: it is parsed in place.
Reading read_junit(std::string text);

}  // namespace sandbox::results
