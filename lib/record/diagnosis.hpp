#pragma once
// Diagnosis: the record sandbox.diagnosis/1, what this host can do for one user, line by line.
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct DiagnosisLine {
  std::string name;
  std::string group;  ///< host, isolation, limits, store, programs
  std::string state;  ///< ok, degraded, absent, missing
  bool required = false;
  std::string why;     ///< what it is good for
  std::string detail;  ///< what was found
  std::optional<std::string> fix;
  bool as_root = false;  ///< the fix is for root
  bool safe = false;     ///< `--fix` does it
};

struct Diagnosis {
  static constexpr const char* kSchema = "sandbox.diagnosis/1";
  unsigned uid = 0;
  bool usable = false;  ///< all required walls can be raised
  std::vector<DiagnosisLine> lines;
  Json from;
};

void to_json(Json& json, const DiagnosisLine& line);
void from_json(const Json& json, DiagnosisLine& line);
void to_json(Json& json, const Diagnosis& diagnosis);
void from_json(const Json& json, Diagnosis& diagnosis);

}  // namespace sandbox::record
