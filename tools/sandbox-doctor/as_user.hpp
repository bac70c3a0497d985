#pragma once
// As user: root asks what a user can do, by being him. Only root's cgroup stays.
#include <string>
#include <vector>

#include "record/diagnosis.hpp"

namespace sandbox::tool {

/// What this program says when that user runs it.
record::Diagnosis examine_as(const std::string& user, const std::vector<std::string>& names);

/// Throws when the command fails.
void run_as(const std::string& user, const std::vector<std::string>& command);

}  // namespace sandbox::tool
