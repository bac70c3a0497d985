#pragma once
// Whether a user's sandboxes can have more ids than his own.
#include <functional>

#include "isolate/subordinate.hpp"
#include "line.hpp"
#include "trial.hpp"

namespace sandbox::tool {

/// `map` tries a range for real. `wanted`: the configuration says that every sandbox has one.
DiagnosisLine judge_subuid(const isolate::SubordinateFacts& facts, bool wanted,
                           const std::function<Tried(const isolate::SubordinateIds&)>& map);

}  // namespace sandbox::tool
