#pragma once
// Changes: what a sandbox made of the files it was given, as a patch and a list of what no patch
// can hold.
#include <optional>
#include <string>

#include "reach.hpp"
#include "record/changes.hpp"

namespace sandbox::tool {

/// At `path` inside, or in its workspace, or everywhere.
record::Changes changes_of(const Reach& reach, const store::Store& store, const std::optional<std::string>& path);

}  // namespace sandbox::tool
