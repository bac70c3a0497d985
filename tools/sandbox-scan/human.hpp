#pragma once
// Findings for people.
#include <string>

#include "record/findings.hpp"

namespace sandbox::tool {

std::string human(const record::Findings& findings);

}  // namespace sandbox::tool
