#include "query.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

bool Query::wants(const record::Entry& entry) const {
  if (since && entry.time < *since) return false;
  if (until && entry.time >= *until) return false;
  if (sandbox && entry.sandbox != sandbox) return false;
  if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), entry.kind) == kinds.end()) return false;
  return !actor || entry.actor.name == actor || std::to_string(entry.actor.uid) == *actor;
}

std::string parse_moment(std::string_view text, WallTime now) {
  const std::string day(text);
  for (const std::string& whole : {day, day + "T00:00:00.000Z", day.substr(0, day.size() - std::min<std::size_t>(1, day.size())) + ".000Z"}) try {
      return rfc3339(parse_rfc3339(whole));
    } catch (const Error&) {
      // Another way to write it.
    }
  try {
    return rfc3339(now - parse_duration(text));
  } catch (const Error&) {
    throw Error(ExitCode::input, fmt::format("not a moment: '{}'", visible(text)),
                "write it as 2026-11-20, 2026-11-20T12:00:00Z, or 2h for two hours ago");
  }
}

}  // namespace sandbox::tool
