#pragma once
// SSH keys: the public keys of whoever calls: those that his agent holds, those in ~/.ssh, or one
// that he names. Private ones are never read.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace sandbox::life {

/// "TYPE BASE64", without options and comment; nothing for anything else.
std::optional<std::string> public_key(std::string_view line);

/// Throws Error(input) when there is none.
std::vector<std::string> callers_keys(const std::optional<Path>& file);

}  // namespace sandbox::life
