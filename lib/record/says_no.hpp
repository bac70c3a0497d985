#pragma once
// Says no: whether a chain of records tells of a failure, so that the end of a pipe turns red.
#include "record/json.hpp"

namespace sandbox::record {

/// A command failed, tests did not pass, or a tool before us failed.
bool says_no(const Json& record);

}  // namespace sandbox::record
