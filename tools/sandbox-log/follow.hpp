#pragma once
// Follow: the entries that are written from now on, also when the file is put aside meanwhile.
#include <functional>
#include <string_view>
#include <vector>

#include "audit/files.hpp"

namespace sandbox::tool {

/// Calls `line` with each whole line that comes after `seen`, until nobody reads our stdout.
void follow(const Path& directory, const std::vector<audit::LogFile>& seen,
            const std::function<void(std::string_view line)>& line);

}  // namespace sandbox::tool
