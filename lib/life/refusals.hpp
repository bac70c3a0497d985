#pragma once
// Refusals: what the doorman of a sandbox wrote down, for people. Names in it come from inside.
#include <string>
#include <vector>

#include "store/store.hpp"

namespace sandbox::life {

/// Each refusal once, with the option that would have let it through; few of them.
std::vector<std::string> told_refusals(const store::Store& store, const std::string& id);

/// The same for a doorman that was started with this directory.
std::vector<std::string> told_refusals(const Path& directory);

}  // namespace sandbox::life
