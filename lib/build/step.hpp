#pragma once
// Step: one layer of a build. Its key names everything that determines what it makes, so a
// step that was carried out before is found, not repeated. A build is a list of steps.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/log.hpp"
#include "base/file.hpp"
#include "build/lock.hpp"
#include "build/yaml.hpp"
#include "config/config.hpp"
#include "life/launch.hpp"
#include "record/image.hpp"
#include "store/store.hpp"

namespace sandbox::build {

/// In the folder, and inside in /work.
inline constexpr const char* kTree = "layer/tree";

/// What all steps of a build share.
struct Site {
  const store::Store& store;
  const config::Config& config;
  life::LaunchRequest request;  ///< of every sandbox: limits, grants, walls
  bool shell_on_failure = false;
  audit::Log* log = nullptr;    ///< for the commands of steps
};

/// Where a step works: an empty folder of its own and the layers below.
struct Workplace {
  Path folder;               ///< may hold helpers; goes afterwards
  Path tree;                 ///< folder / kTree: becomes the layer
  std::vector<Path> lower;   ///< lowest first
  std::vector<record::Layer> layers;  ///< the same, as the store knows them
  int log = -1;              ///< for the output of programs
  std::function<void()> tick;
  const Site* site = nullptr;
  std::string recipe;        ///< its name
  const Locked* locked = nullptr;  ///< what alone may be taken
  Locked* taken = nullptr;         ///< where the step says what it took
  std::string lock_file;           ///< as errors show it
  std::string title;               ///< of the step
  std::string where;               ///< "FILE:LINE:COLUMN: " in the recipe
};

struct Step {
  std::string title;         ///< for people: "packages", "files"
  std::string determined_by; ///< canonical text of everything but the layers below
  bool ages = false;         ///< takes from the network, so its layer expires
  std::function<void(const Workplace&)> make;
  std::optional<std::string> name = {};  ///< what the recipe calls it
  std::string where = {};    ///< "FILE:LINE:COLUMN: ", when the recipe lists it
  std::vector<std::string> doors = {};   ///< that it asks for
  std::optional<Locked> lockable = {};   ///< what a lock has of it, as far as the recipe says it
  const Locked* locked = nullptr;        ///< what the lock says
  Locked* taken = nullptr;               ///< for a new lock
  bool keeps_times = false;              ///< of an archive, where it has any
};

/// Part of every key: raise it when the same recipe would give another layer.
inline constexpr const char* kBuilderVersion = "5";

}  // namespace sandbox::build
