#pragma once
// ctest: its JUnit file has no word for a time-out or a crash; what it prints has, and no test
// can write there.
#include <string>
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

/// `printed`: of a run without --verbose.
Reading read_ctest(std::string junit, std::string_view printed);

}  // namespace sandbox::results
