#pragma once
// Get: files, folders and links of a sandbox to the host.
#include <optional>
#include <string>
#include <vector>

#include "life/copy_tree.hpp"
#include "operand.hpp"
#include "progress.hpp"
#include "reach.hpp"

namespace sandbox::tool {

struct GetOptions {
  std::optional<std::string> user;      ///< who reads there; else the sandbox's own
  std::optional<std::uint64_t> limit;   ///< bytes of files
};

/// Nothing of what is incomplete stays here.
life::Copied get(const Reach& reach, const std::vector<Operand>& sources, const Operand& target, const GetOptions& options,
                 Progress& progress);

}  // namespace sandbox::tool
