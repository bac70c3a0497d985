#pragma once
// Digests as names of files in the store: checked before they become part of a path.
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"

namespace sandbox::store {

inline constexpr std::string_view kDigestPrefix = "sha256:";

bool is_hex(std::string_view text);

/// "sha256:HEX" → HEX; throws on anything else, so that a digest can be part of a path.
std::string hex_of(std::string_view digest);

/// What to throw when a file of the store does not hold what it should.
Error damaged(const Path& file, std::string_view why);

}  // namespace sandbox::store
