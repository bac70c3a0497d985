#pragma once
// Case lines: what our own reporters inside a sandbox write, for pytest and unittest: a line
// when a test begins, one with the case when it has ended, and a last one that counts them. So
// what was cut short, and by which test, is known.
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

Reading read_case_lines(std::string_view text);

}  // namespace sandbox::results
