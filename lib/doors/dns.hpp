#pragma once
// Dns: answers one message (RFC 1035, 6891) from the rules and the table of names. An allowed
// name has its address inside and nothing else; every other name does not exist. Nothing is
// ever forwarded, so nothing leaves by asking.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "doors/name_table.hpp"

namespace sandbox::doors {

struct Answered {
  std::string message;                 ///< empty: not even an error is due
  std::optional<std::string> refused;  ///< a host name that no rule covers
};

/// `allowed` says whether a name, in its one form, has a door.
Answered answer_query(std::string_view query, NameTable& names, const std::function<bool(std::string_view)>& allowed);

}  // namespace sandbox::doors
