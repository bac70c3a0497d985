#pragma once
// Samples: what runners really wrote, and short words for what was read.
#include <string>

#include "base/file.hpp"
#include "results/reading.hpp"

namespace sandbox::test {

inline std::string sample(const std::string& name) {
  return read_file(Path(SANDBOX_SOURCE) / "tests/unit/results/samples" / name, 1 << 20);
}

inline std::string statuses(const results::Reading& reading) {
  std::string text;
  for (const record::TestCase& test : reading.cases()) text += (text.empty() ? "" : " ") + std::string(record::name_of(test.status));
  return text;
}

inline std::string kinds(const results::Reading& reading) {
  std::string text;
  for (const record::TestProblem& problem : reading.problems()) text += (text.empty() ? "" : " ") + problem.kind;
  return text;
}

}  // namespace sandbox::test
