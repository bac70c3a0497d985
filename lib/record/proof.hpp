#pragma once
// Proof: what an image says about how it is tested, measured and scanned, as its recipe has it.
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct Benchmark {
  std::string name;
  std::vector<std::string> command;
};

/// A finding that is known, and why it may be there.
struct AllowedRule {
  std::string rule, reason;
};

struct ScanRules {
  std::vector<AllowedRule> allow;
  std::optional<std::string> fail_on;  ///< low, medium, high or critical: the least that counts
};

struct Proof {
  std::optional<std::string> tests;  ///< a file of the recipe
  std::vector<Benchmark> bench;
  ScanRules scan;
};

void to_json(Json& json, const Benchmark& benchmark);
void from_json(const Json& json, Benchmark& benchmark);
void to_json(Json& json, const AllowedRule& allowed);
void from_json(const Json& json, AllowedRule& allowed);
void to_json(Json& json, const ScanRules& scan);
void from_json(const Json& json, ScanRules& scan);
void to_json(Json& json, const Proof& proof);
void from_json(const Json& json, Proof& proof);

}  // namespace sandbox::record
