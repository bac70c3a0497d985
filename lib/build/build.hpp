#pragma once
// Build: recipe → image. What was built before is found by its key; the rest is made step by
// step, each step a layer, and appears in the store only when it is whole.
#include <functional>
#include <optional>
#include <string>

#include "build/recipe.hpp"
#include "build/step.hpp"
#include "record/image.hpp"

namespace sandbox::build {

/// What the caller shows while it waits.
struct Watcher {
  std::function<void(const std::string& stage)> stage;  ///< "NAME: 2/5 run: make"
  std::function<void()> tick;
  std::function<void()> done;
};

struct Settings {
  bool use_cache = true;
  std::optional<std::string> from_step;  ///< number or name of the first that is made anew
  bool update_lock = false;  ///< write recipe.lock, once the image is whole
  Path log;  ///< where programs' output goes; empty: log_of() in the store
};

/// Unpinned layers from the network are made anew after this long.
inline constexpr std::chrono::hours kMaxAge{7 * 24};

/// Everything that programs said during the last build of the recipe that made something.
Path log_of(const store::Store& store, const Recipe& recipe, const Settings& settings);

/// Throws Error(input) before anything is made when a step asks for a door that is not granted.
record::Image build(const Site& site, const Recipe& recipe, const Settings& settings, const Watcher& watcher);

/// What the sandboxes of steps get where neither the caller nor the configuration says so.
record::Limits default_limits();

}  // namespace sandbox::build
