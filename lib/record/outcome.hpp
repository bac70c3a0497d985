#pragma once
// Outcome: the record sandbox.outcome/1, what became of a request: one entry per command.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"
#include "record/usage.hpp"
#include "record/verdict.hpp"

namespace sandbox::record {

/// Kept output of one stream.
struct Stream {
  std::string kept;          ///< at most the limit, from the front
  std::uint64_t bytes = 0;   ///< all that came
  bool truncated = false;
};

struct CommandOutcome {
  std::vector<std::string> argv;
  Verdict verdict;
  Stream out;  ///< stdout, or the terminal
  Stream err;
  Usage usage;
  std::optional<int> pid;  ///< inside, of a detached process
};

struct Outcome {
  static constexpr const char* kSchema = "sandbox.outcome/1";
  std::string sandbox;                 ///< its id
  Verdict verdict;                     ///< of the first command that did not succeed, or the last
  std::vector<CommandOutcome> commands;
  std::vector<std::string> files;      ///< written or fetched, paths
  std::map<std::string, double> timings_ms;
  std::optional<std::string> log_head;  ///< NUMBER:SHA-256 of the log's last entry; nothing without a log
  Json from;
};

void to_json(Json& json, const Stream& stream);
void from_json(const Json& json, Stream& stream);
void to_json(Json& json, const CommandOutcome& outcome);
void from_json(const Json& json, CommandOutcome& outcome);
void to_json(Json& json, const Outcome& outcome);
void from_json(const Json& json, Outcome& outcome);

}  // namespace sandbox::record
