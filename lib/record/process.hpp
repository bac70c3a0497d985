#pragma once
// Process: the record sandbox.process/1, one detached command of a sandbox.
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct Process {
  static constexpr const char* kSchema = "sandbox.process/1";
  std::string sandbox;  ///< its id
  int pid = 0;          ///< inside
  std::string state;    ///< running, ended
  std::vector<std::string> argv;
  Json from;
};

void to_json(Json& json, const Process& process);
void from_json(const Json& json, Process& process);

}  // namespace sandbox::record
