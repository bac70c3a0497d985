#pragma once
// Altered: one thing that somebody wanted to be otherwise about a running sandbox, and what
// came of it. All of one request are applied, or none.
#include <optional>
#include <string>

#include "record/json.hpp"

namespace sandbox::record {

struct Altered {
  std::string what;   ///< ttl, idle, labels, memory, disk, pids, cpus, state, doors, ports
  Json to;            ///< what it is then, or would be
  /// applied; possible (it was only asked whether); refused; withheld (another was refused)
  std::string state = "possible";
  std::optional<std::string> reason;  ///< why it was refused

  bool refused() const { return state == "refused"; }
};

void to_json(Json& json, const Altered& altered);
void from_json(const Json& json, Altered& altered);

}  // namespace sandbox::record
