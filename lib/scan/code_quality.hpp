#pragma once
// Code quality: the report that GitLab shows in a merge request. What is allowed is not in it.
#include <span>
#include <string>

#include "record/findings.hpp"

namespace sandbox::scan {

std::string code_quality(std::span<const record::Findings> all);

}  // namespace sandbox::scan
