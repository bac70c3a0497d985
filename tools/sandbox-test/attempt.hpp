#pragma once
// Attempt: one run over all of the tests, with its retries.
#include <optional>
#include <vector>

#include "record/report.hpp"

namespace sandbox::tool {

struct Attempt {
  std::vector<record::TestCase> cases;
  std::vector<record::TestProblem> problems;
  std::vector<record::CommandOutcome> commands;  ///< of a suite: what was run
  std::optional<record::Coverage> coverage;
  std::uint64_t runs = 1;
  bool may_be_empty = false;  ///< a shard for which nothing was left
};

}  // namespace sandbox::tool
