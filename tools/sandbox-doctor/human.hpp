#pragma once
// Human: a diagnosis as a table, with what is not well explained below.
#include <string>

#include "record/diagnosis.hpp"

namespace sandbox::tool {

/// `verbose` explains what is well, too.
std::string human(const record::Diagnosis& diagnosis, bool verbose);

}  // namespace sandbox::tool
