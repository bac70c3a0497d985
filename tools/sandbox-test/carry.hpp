#pragma once
// Carry: whole folders into a sandbox and out of it.
#include <optional>
#include <string>

#include "base/file.hpp"
#include "place.hpp"

namespace sandbox::tool {

/// What is in the folder here goes into the folder inside, which is made if it is missing.
void carry_in(const Place& place, const Path& from, const std::string& to, const std::optional<std::string>& user);

/// What is in the folder inside comes into the folder here. False when it was more than `limit`
/// bytes, or could not be read there; what came is here.
bool carry_out(const Place& place, const std::string& from, const Path& to, std::uint64_t limit);

}  // namespace sandbox::tool
