#pragma once
// Places: how many sandboxes may run at once. A place is a lock file, never unlinked; its
// content is the id of the sandbox whose supervisor holds the lock. The number also gives a
// sandbox its range of user ids.
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "store/store.hpp"

namespace sandbox::store {

struct Place {
  int number = 0;
  Fd lock;
  std::string previous;  ///< the id that was left in it; its directory may still be there
};

/// So many places from one on.
struct Places {
  int first = 0;
  int count = 0;
};

/// Steps of builds take none of the user's places, so that a build inside of whatever holds
/// one never waits for another. Above every number that the configuration allows.
inline constexpr Places kBuildPlaces{20'000, 1024};

/// The lowest free place for `id`, or nothing when all are taken.
std::optional<Place> take_place(const Store& store, Places places, const std::string& id);

/// True while a process holds the place for this sandbox.
bool place_is_held(const Store& store, int number, std::string_view id);

/// One for every 256 MiB of memory, at least 4.
int default_places();

}  // namespace sandbox::store
