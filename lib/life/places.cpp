#include "life/places.hpp"

#include <fmt/format.h>

#include <thread>

#include "base/error.hpp"
#include "life/ask.hpp"
#include "life/recover.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// True when one was ended.
bool evict_oldest(const store::Store& store) {
  for (const record::Sandbox& sandbox : store::list_sandboxes(store))
    if (sandbox.evictable && sandbox.is_served() && ask_end(store, sandbox.id, milliseconds(0), "evicted"))
      return true;
  return false;
}

void free_previous(const store::Store& store, const store::Place& place) {
  if (!store::is_sandbox_id(place.previous)) return;
  if (auto left = store::find_sandbox(store, place.previous); left && left->place == place.number) recover(store, *left);
}

}  // namespace

store::Place get_place(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                       const std::string& id) {
  const store::Places places =
      request.building ? store::kBuildPlaces : store::Places{0, config.places.value_or(store::default_places())};
  const auto deadline = SteadyClock::now() + request.wait.value_or(milliseconds(0));
  for (auto pause = milliseconds(5);; pause = std::min(pause * 2, milliseconds(200))) {
    if (auto place = store::take_place(store, places, id)) {
      free_previous(store, *place);
      return std::move(*place);
    }
    if (request.evict_oldest && evict_oldest(store)) continue;
    if (SteadyClock::now() >= deadline)
      throw Error(ExitCode::later, fmt::format("all {} places are taken", places.count),
                  "wait with --wait 10m, end a sandbox, or raise execution.places (sandbox-config(5))");
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace sandbox::life
