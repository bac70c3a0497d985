#pragma once
// Expectation: what a test case wants of a command, and whether what became of it is that.
#include <optional>
#include <string>
#include <vector>

#include "record/outcome.hpp"
#include "record/test_case.hpp"

namespace sandbox::results {

/// Of one stream: exactly this, with this in it, or matched by this regular expression (RE2).
struct TextRule {
  enum class Kind { exact, contains, matches };
  Kind kind = Kind::exact;
  std::string text;
};

struct Expectation {
  int status = 0;
  std::vector<TextRule> out, err;
};

/// Empty when it is a regular expression, else what is wrong with it.
std::string objection_to(const TextRule& rule);

/// Sets status, message and output of the case by what became of its command.
void judge(const Expectation& expected, const record::CommandOutcome& outcome, record::TestCase& test);

}  // namespace sandbox::results
