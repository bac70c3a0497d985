#pragma once
// Verify: what the check of the log found, for people.
#include <string>

#include "record/verified.hpp"

namespace sandbox::tool {

std::string human(const record::Verified& verified);

}  // namespace sandbox::tool
