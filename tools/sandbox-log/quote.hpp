#pragma once
// Quote: a text of a record as one word of bash(1), whatever bytes it holds.
#include <string>

#include "record/json.hpp"

namespace sandbox::tool {

/// Text or {"base64": …}.
std::string quoted(const Json& text);

}  // namespace sandbox::tool
