#pragma once
// The name of a snapshot: a recipe's stays the recipe's.
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace sandbox::tool {

/// "python" → "python-snapshot"; a snapshot of a snapshot has its name.
std::string snapshot_name(std::string_view image);

/// Throws Error(input) unless an image may be called so that is not built: a name of an image, and
/// of none that is.
void check_name(const store::Store& store, const std::string& name);

}  // namespace sandbox::tool
