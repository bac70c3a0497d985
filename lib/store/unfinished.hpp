#pragma once
// Unfinished: a folder under the store's temporary/ in which something is made before it is
// renamed into place. Its owner holds a lock in it, so whatever a killed process left can be
// told from work in progress and swept. Work that takes no lock is given a minute.
#include <cstdint>
#include <vector>

#include "base/fd.hpp"
#include "base/temp_dir.hpp"
#include "store/store.hpp"

namespace sandbox::store {

class Unfinished {
 public:
  static Unfinished create(const Store& store);

  const Path& path() const noexcept { return directory_.path(); }
  /// For publish_layer(), which renames it. The lock goes with this object.
  TempDir& directory() noexcept { return directory_; }

 private:
  Unfinished(TempDir directory, Fd lock) : directory_(std::move(directory)), lock_(std::move(lock)) {}
  TempDir directory_;
  Fd lock_;  // freed first: a sweep that then finds the folder may have it
};

/// A folder that nobody owns any more.
struct Abandoned {
  Path path;
  std::uint64_t bytes = 0;  ///< freed
};

enum class Sweep { look, remove };

/// Unfinished work of dead owners: what they were building, and sandboxes that were just being
/// made or removed. Safe beside anything.
std::vector<Abandoned> sweep_unfinished(const Store& store, Sweep how = Sweep::remove);

}  // namespace sandbox::store
