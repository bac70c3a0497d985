#pragma once
// JUnit XML as GitLab and GitHub's actions read it: one suite for each suite of the report,
// each case under a name of its own, texts in the elements and not in their attributes.
#include <string>

#include "record/report.hpp"

namespace sandbox::results {

std::string junit_of(const record::Report& report);

}  // namespace sandbox::results
