#pragma once
// TestCase: one test that has no tests in it, and what became of it.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/json.hpp"

namespace sandbox::record {

enum class CaseStatus {
  passed,
  failed,   ///< what it checks does not hold
  error,    ///< it could not check: its setup, its teardown, its file failed
  timeout,
  crashed,  ///< its process went away underneath it
  skipped,
  xfailed,  ///< failed, as was expected
  xpassed,  ///< passed, and was expected to fail
};
inline constexpr std::array<std::string_view, 8> kCaseStatuses = {"passed",  "failed",  "error",   "timeout",
                                                                  "crashed", "skipped", "xfailed", "xpassed"};

std::string_view name_of(CaseStatus status);
std::optional<CaseStatus> case_status_of(std::string_view name);
/// Failed, error, timeout, crashed.
bool is_failing(CaseStatus status);

struct TestCase {
  std::string suite;  ///< class, file, package: what the runner has
  std::string name;
  std::optional<std::string> file;
  std::optional<int> line;  ///< from 1
  CaseStatus status = CaseStatus::error;
  std::optional<double> duration_ms;
  std::optional<std::string> message;
  std::optional<std::string> output;
  int runs = 1;        ///< with --retries
  bool flaky = false;  ///< passed, and failed in another run
};

void to_json(Json& json, const TestCase& test);
void from_json(const Json& json, TestCase& test);

}  // namespace sandbox::record
