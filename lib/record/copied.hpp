#pragma once
// Copied: the record sandbox.copied/1, what sandbox-copy brought in or out.
#include <cstdint>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct Copied {
  static constexpr const char* kSchema = "sandbox.copied/1";
  std::string sandbox;                ///< id
  std::string direction = "in";       ///< in, out
  std::vector<std::string> sources;   ///< as they were given; "-": an archive
  std::string target;
  std::uint64_t files = 0;            ///< folders and links among them
  std::uint64_t bytes = 0;            ///< of files, without holes
  double wall_ms = 0;
  Json from;
};

void to_json(Json& json, const Copied& copied);
void from_json(const Json& json, Copied& copied);

}  // namespace sandbox::record
