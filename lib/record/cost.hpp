#pragma once
// Cost: the record sandbox.cost/1, what a sandbox, all with one label, or a day has used and
// what that is worth by the configured prices.
#include <cstdint>
#include <optional>
#include <string>

#include "record/json.hpp"

namespace sandbox::record {

struct Cost {
  static constexpr const char* kSchema = "sandbox.cost/1";
  std::string by;   ///< sandbox, label, day
  std::string key;  ///< an id, NAME=VALUE, 2026-11-20
  std::uint64_t sandboxes = 0;
  std::uint64_t commands = 0;
  std::uint64_t failed = 0;  ///< commands that did not succeed
  double life_ms = 0;        ///< of all sandboxes together
  double cpu_ms = 0;
  std::optional<std::uint64_t> peak_bytes;  ///< the largest
  std::optional<double> cost;               ///< nothing without prices
  std::optional<std::string> currency;
  Json from;
};

void to_json(Json& json, const Cost& cost);
void from_json(const Json& json, Cost& cost);

}  // namespace sandbox::record
