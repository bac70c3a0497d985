#pragma once
// Verdict: status says what happened to a command, reason says why. Both vocabularies are
// closed; the detail is for people.
#include <optional>
#include <string>
#include <string_view>

#include "base/ending.hpp"
#include "base/exit_code.hpp"
#include "record/json.hpp"

namespace sandbox::record {

enum class Status { finished, killed, refused, failed };
enum class Reason { exit, memory, disk, pids, signal, timeout, output, policy, setup };

struct Verdict {
  Status status = Status::failed;
  Reason reason = Reason::setup;
  std::optional<int> exit;    ///< the command's own 0–255
  std::optional<int> signal;  ///< what killed it
  std::string detail;

  bool succeeded() const { return status == Status::finished && exit == 0; }
};

std::string_view name_of(Status status);
std::string_view name_of(Reason reason);

/// What exec and run exit with when they pass a command's status through.
int shell_code(const Verdict& verdict);

/// What the exit status alone does not say: which limit ended the command. Empty when it says all.
std::string explanation(const Verdict& verdict);

void to_json(Json& json, const Verdict& verdict);
void from_json(const Json& json, Verdict& verdict);

}  // namespace sandbox::record
