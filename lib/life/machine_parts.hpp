#pragma once
// Machine parts: kernels, packed images and empty disks that virtual machines are made of. Each is made once, is
// kept in the store under the hash of what determined it, and may go when it was not used for a while: it is
// made again.
#include <functional>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// `target` is made by `make` in an unfinished folder, which gives the path in it that becomes the
/// target. Two who make the same at once do it twice; the first one's stays.
Path made_once(const store::Store& store, const Path& target, const std::function<Path(const Path&)>& make);

struct MachinePart {
  Path path;
  std::uint64_t bytes = 0;  ///< of files, holes not counted
};

/// What was last used before then.
std::vector<MachinePart> unused_parts(const store::Store& store, WallTime before);

}  // namespace sandbox::life
