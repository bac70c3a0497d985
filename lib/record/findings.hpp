#pragma once
// Findings: the record sandbox.findings/1, what a look at a recipe or an image found.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

enum class Severity { low, medium, high, critical };

std::string_view name_of(Severity severity);
/// Nothing when it is none of them.
std::optional<Severity> severity_of(std::string_view word);

struct Finding {
  std::string rule;
  Severity severity = Severity::low;
  std::string message;              ///< may quote what was looked at
  std::optional<std::string> path;  ///< of the recipe's file as it was named, or inside the image
  std::optional<int> line, column;
  std::string fingerprint;             ///< the same when only lines moved
  std::optional<std::string> allowed;  ///< why it may be there
};

struct FindingCounts {
  std::uint64_t critical = 0, high = 0, medium = 0, low = 0, allowed = 0;
};

struct Findings {
  static constexpr const char* kSchema = "sandbox.findings/1";
  std::string kind;  ///< recipe, image
  std::string name;
  std::optional<std::string> digest;  ///< of an image
  std::optional<std::string> folder;  ///< of a recipe
  Severity fail_on = Severity::high;
  std::string status;  ///< of the verdict: passed, failed
  std::string detail;
  FindingCounts counts;
  std::vector<Finding> findings;  ///< the worst first
  bool truncated = false;         ///< there was more than is looked at or listed
  Json from;
};

void to_json(Json& json, const Finding& finding);
void from_json(const Json& json, Finding& finding);
void to_json(Json& json, const FindingCounts& counts);
void from_json(const Json& json, FindingCounts& counts);
void to_json(Json& json, const Findings& findings);
void from_json(const Json& json, Findings& findings);

}  // namespace sandbox::record
