#pragma once
// Host name: names as rules, queries and clients write them, brought to one form. An address is
// not a name, in none of the ways in which programs write addresses.
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::doors {

/// Lower case, no dot at the end; nothing when it is not a host name: letters, digits, hyphens
/// and underscores in labels of at most 63, 253 together, the last label not a number.
std::optional<std::string> host_name(std::string_view text);

/// True for names under which strangers register theirs (org, co.uk, and those of hosters).
bool is_public_suffix(const std::string& name);

}  // namespace sandbox::doors
