#pragma once
// Refusal: the record sandbox.refusal/1, one thing that a sandbox wanted of the network and was
// not given, with the rule that would have allowed it. Names in it come from inside.
#include <cstdint>
#include <optional>
#include <string>

#include "record/json.hpp"

namespace sandbox::record {

struct Refusal {
  static constexpr const char* kSchema = "sandbox.refusal/1";
  std::string time;
  std::optional<std::string> name;    ///< of the host, when it had one
  std::optional<std::uint16_t> port;  ///< null: the name was only asked for
  std::string reason;                 ///< name, door, address, tls, http, request, resolve, private, dial, limit
  std::string text;
  std::optional<std::string> allow;   ///< an --allow or --allow-cidr that would have let it through
  std::uint64_t unsaid = 0;           ///< so many more before this one: lines are bounded
  Json from;
};

void to_json(Json& json, const Refusal& refusal);
void from_json(const Json& json, Refusal& refusal);

}  // namespace sandbox::record
