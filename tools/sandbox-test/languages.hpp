#pragma once
// Languages: the runners that each of them has, a file for each.
#include <vector>

#include "runner.hpp"

namespace sandbox::tool {

std::vector<Runner> python_runners();
std::vector<Runner> javascript_runners();
std::vector<Runner> go_runners();
std::vector<Runner> rust_runners();
std::vector<Runner> cmake_runners();
/// Of whatever program, which leaves a report that others can read.
std::vector<Runner> report_runners();

}  // namespace sandbox::tool
