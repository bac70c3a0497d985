#pragma once
// Verified: the record sandbox.verified/1, whether the audit log is what was written.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

/// The first place where the log is not what was written.
struct Fault {
  std::string what;          ///< edited, removed, reordered, duplicated, inserted
  std::uint64_t number = 0;  ///< of the entry; 0 where a line has none
  std::string file;          ///< where it was noticed
  std::uint64_t line = 0;
  std::string detail;
};

/// A head that was published, and whether the log still has it.
struct Anchor {
  std::string head;
  bool holds = false;
  std::string detail;
};

struct Verified {
  static constexpr const char* kSchema = "sandbox.verified/1";
  bool intact = true;  ///< no fault, and every anchor holds
  std::uint64_t entries = 0;
  std::optional<std::uint64_t> first, last;  ///< numbers
  std::optional<std::string> head;
  std::uint64_t torn_bytes = 0;  ///< of a last line that was never finished
  std::optional<Fault> fault;
  std::vector<Anchor> anchors;
  Json from;
};

void to_json(Json& json, const Fault& fault);
void from_json(const Json& json, Fault& fault);
void to_json(Json& json, const Anchor& anchor);
void from_json(const Json& json, Anchor& anchor);
void to_json(Json& json, const Verified& verified);
void from_json(const Json& json, Verified& verified);

}  // namespace sandbox::record
