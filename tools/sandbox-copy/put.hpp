#pragma once
// Put: files, folders and links of the host into a sandbox.
#include <optional>
#include <string>
#include <vector>

#include "life/copy_tree.hpp"
#include "operand.hpp"
#include "progress.hpp"
#include "reach.hpp"

namespace sandbox::tool {

/// They belong to `user` there, or to the sandbox's own.
life::Copied put(const Reach& reach, const std::vector<Operand>& sources, const Operand& target,
                 const std::optional<std::string>& user, Progress& progress);

}  // namespace sandbox::tool
