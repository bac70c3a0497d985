#pragma once
// Change: what becomes of the doors of a running sandbox.
#include <string>
#include <vector>

#include "doors/orders.hpp"

namespace sandbox::doors {

struct Change {
  Rules open;
  std::vector<std::string> close;  ///< rules as the sandbox has them
  bool close_all = false;
};

void to_json(Json& json, const Change& change);
void from_json(const Json& json, Change& change);

/// First it closes, then it opens. Throws Error(input) when there is no such door to close.
Rules changed(Rules rules, const Change& change);

}  // namespace sandbox::doors
