#pragma once
// Life: the life of one sandbox as a script that does its commands again in a new one.
#include <string>
#include <vector>

#include "record/entry.hpp"

namespace sandbox::tool {

/// For bash(1). Takes the sandbox's entries in their order.
std::string replay(const std::string& id, const std::vector<record::Entry>& entries);

}  // namespace sandbox::tool
