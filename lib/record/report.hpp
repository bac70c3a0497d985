#pragma once
// Report: the record sandbox.report/1, what tests said. Cases are leaves and are counted here:
// no total that a runner printed is believed.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/outcome.hpp"
#include "record/test_case.hpp"

namespace sandbox::record {

/// Why a report is not to be believed, or is not the whole of it. The vocabulary is closed.
struct TestProblem {
  static constexpr std::array<std::string_view, 11> kKinds = {
      "missing",        // no report, where one should be
      "unreadable",     // not what the runner writes
      "truncated",      // it ends before its end
      "contradictory",  // it says one thing and another
      "exit",           // the runner's status does not fit what it reported
      "timeout",        // the runner was ended when its time was up
      "crash",          // the runner was killed by a signal
      "limit",          // the runner hit a limit of the sandbox
      "install",        // what the tests need could not be installed
      "build",          // what is to be tested could not be built
      "setup",          // the runner could not be started
  };
  std::string kind;
  std::string detail;
};

struct TestTotals {
  std::uint64_t cases = 0;
  std::map<std::string, std::uint64_t> by;  ///< a number for each status
  std::uint64_t flaky = 0;                  ///< among those that passed

  std::uint64_t of(CaseStatus status) const;
  std::uint64_t failing() const;
};

/// status: passed, failed, empty (no test ran), broken (nobody can tell).
struct TestVerdict {
  std::string status = "empty";
  std::string detail;

  bool passed() const { return status == "passed"; }
};

struct Coverage {
  std::string format;  ///< cobertura, lcov, go
  std::uint64_t lines = 0, covered = 0;
};

/// What a person did between two attempts: --fix-command.
struct Fix {
  std::string command;
  int exit = 0;  ///< as a shell says it
  std::string output;  ///< its end
};

/// One run over all of the tests.
struct TestAttempt {
  int number = 1;
  std::uint64_t runs = 1;  ///< with --retries
  TestVerdict verdict;
  TestTotals totals;
  std::vector<TestProblem> problems;
  std::vector<TestCase> failing;
  double wall_ms = 0;
  std::optional<Fix> fix;  ///< what was done after it
};

struct Shard {
  int number = 1, of = 1;
};

struct Report {
  static constexpr const char* kSchema = "sandbox.report/1";
  std::optional<std::string> sandbox;  ///< nothing: a file was read
  std::string source;                  ///< of the tests: a file or a folder
  std::optional<std::string> runner;   ///< nothing: test cases of a recipe
  TestVerdict verdict;
  TestTotals totals;
  std::vector<TestProblem> problems;
  std::vector<TestCase> cases;
  bool truncated = false;  ///< more cases, or longer ones, than a record holds
  std::vector<TestCase> slowest;
  std::optional<Coverage> coverage;
  std::vector<CommandOutcome> commands;
  std::vector<TestAttempt> attempts;
  std::optional<Shard> shard;
  std::map<std::string, double> timings_ms;
  std::optional<std::string> log_head;
  Json from;
};

void to_json(Json& json, const TestProblem& problem);
void from_json(const Json& json, TestProblem& problem);
void to_json(Json& json, const TestTotals& totals);
void from_json(const Json& json, TestTotals& totals);
void to_json(Json& json, const TestVerdict& verdict);
void from_json(const Json& json, TestVerdict& verdict);
void to_json(Json& json, const Coverage& coverage);
void from_json(const Json& json, Coverage& coverage);
void to_json(Json& json, const Fix& fix);
void from_json(const Json& json, Fix& fix);
void to_json(Json& json, const TestAttempt& attempt);
void from_json(const Json& json, TestAttempt& attempt);
void to_json(Json& json, const Shard& shard);
void from_json(const Json& json, Shard& shard);
void to_json(Json& json, const Report& report);
void from_json(const Json& json, Report& report);

}  // namespace sandbox::record
