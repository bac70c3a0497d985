#pragma once
// Query: which entries are wanted.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "record/entry.hpp"

namespace sandbox::tool {

struct Query {
  std::optional<std::string> since, until;  ///< RFC 3339, the first wanted and the first not wanted
  std::optional<std::string> sandbox;       ///< id
  std::vector<std::string> kinds;           ///< none: all
  std::optional<std::string> actor;         ///< a name or a user id

  bool wants(const record::Entry& entry) const;
};

/// 2026-11-20, 2026-11-20T12:00:00Z, or so long ago: 2h. Throws Error(input).
std::string parse_moment(std::string_view text, WallTime now);

}  // namespace sandbox::tool
