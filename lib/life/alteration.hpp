#pragma once
// Alteration: what somebody wants to be otherwise about a sandbox that runs. It travels from
// sandbox-change to the supervisor; what is not set stays as it is.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doors/change.hpp"
#include "doors/orders.hpp"
#include "life/taken_port.hpp"
#include "record/limits.hpp"

namespace sandbox::life {

/// A new end: so long from now, so much later than it was, or never.
struct NewTime {
  enum class Counts { from_now, longer, never };
  Counts counts = Counts::never;
  std::chrono::milliseconds time{};
};

/// "1h", "+1h", "none"; throws Error(input) on anything else.
NewTime parse_new_time(std::string_view text);

struct Alteration {
  std::optional<NewTime> ttl;
  std::optional<NewTime> idle;  ///< never longer: it counts anew each time
  std::map<std::string, std::string> labels;
  std::vector<std::string> unlabel;
  record::Limits limits;
  std::optional<bool> paused;
  std::optional<doors::Change> doors;
  std::vector<PortWish> publish;
  std::vector<std::uint16_t> unpublish;  ///< ports inside
  doors::Orders orders;  ///< for a doorman that has to be started
  bool only_asks = false;  ///< whether it could be done

  bool empty() const;
};

void to_json(Json& json, const Alteration& alteration);
void from_json(const Json& json, Alteration& alteration);

}  // namespace sandbox::life
