#pragma once
// Kept: the files of a sandbox that stands still, as a layer's tree.
#include <vector>

#include "base/file.hpp"
#include "life/still.hpp"

namespace sandbox::tool {

/// Copies them into the empty folder `tree`; returns how many lost their owner, as those of a user's
/// sandbox do. A process does it that is root of the sandbox's ids and nobody on the host.
std::uint64_t keep_files(const life::Still& still, const Path& tree);

/// What is not the sandbox's own goes: what its engine made to mount on, the resolver of doors that
/// were opened later, the keys of SSH.
void remove_foreign(const Path& tree, const std::vector<Path>& lower, const life::Stillness& stillness);

}  // namespace sandbox::tool
