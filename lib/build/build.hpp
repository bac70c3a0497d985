#pragma once
// Build: recipe → image. What was built before is found by its key; the rest is made step by
// step, each step a layer, and appears in the store only when it is whole.
#include <functional>
#include <string>

#include "build/recipe.hpp"
#include "record/image.hpp"
#include "store/store.hpp"

namespace sandbox::build {

/// What the caller shows while it waits.
struct Watcher {
  std::function<void(const std::string& stage)> stage;
  std::function<void()> tick;
  std::function<void()> done;
};

struct Settings {
  bool use_cache = true;
  Path log;  ///< where programs' output goes; empty: log_of() in the store
};

/// Unpinned layers from the network are made anew after this long.
inline constexpr std::chrono::hours kMaxAge{7 * 24};

/// Everything that programs said during the last build of the recipe that made something.
Path log_of(const store::Store& store, const Recipe& recipe, const Settings& settings);

record::Image build(const store::Store& store, const Recipe& recipe, const Settings& settings, const Watcher& watcher);

}  // namespace sandbox::build
