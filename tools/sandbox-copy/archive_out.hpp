#pragma once
// Archive out: files of a sandbox as a tar archive on stdout.
#include <vector>

#include "get.hpp"
#include "life/copy_tree.hpp"
#include "operand.hpp"
#include "reach.hpp"

namespace sandbox::tool {

/// All become one archive, whose end is missing when something fails.
life::Copied get_archive(const Reach& reach, const std::vector<Operand>& sources, const GetOptions& options,
                         Progress& progress);

}  // namespace sandbox::tool
