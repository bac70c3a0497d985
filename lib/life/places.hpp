#pragma once
// Waiting for a place, or making one by ending an evictable sandbox.
#include "life/launch.hpp"
#include "store/places.hpp"

namespace sandbox::life {

/// Throws Error(later) when none can be had. What a dead sandbox left in the place is freed
/// first: its user ids are about to be used again.
store::Place get_place(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                       const std::string& id);

}  // namespace sandbox::life
