#pragma once
// The report for people: what failed and why, what was slow, and the answer.
#include <string>

#include "record/report.hpp"

namespace sandbox::tool {

std::string human(const record::Report& report);

}  // namespace sandbox::tool
