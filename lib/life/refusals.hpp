#pragma once
// Refusals: what the doors of a sandbox refused, for people. Names in it come from inside.
#include <string>
#include <vector>

#include "record/refusal.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// Each refusal once, with the option that would have let it through; few of them.
std::vector<std::string> told(const std::vector<record::Refusal>& refusals);

/// Those of a sandbox that runs.
std::vector<std::string> told_refusals(const store::Store& store, const std::string& id);

}  // namespace sandbox::life
