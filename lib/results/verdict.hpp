#pragma once
// Verdict: cases and problems add up to an answer. Only what is known to have passed passes.
#include <vector>

#include "record/report.hpp"

namespace sandbox::results {

record::TestTotals totals_of(const std::vector<record::TestCase>& cases);

/// `may_be_empty`: of a shard, for which nothing was left.
record::TestVerdict verdict_of(const record::TestTotals& totals, const std::vector<record::TestProblem>& problems, bool may_be_empty);

/// A later run over earlier ones: what failed and passes now is flaky; what is not there any
/// more stays as it was.
void merge_run(std::vector<record::TestCase>& cases, std::vector<record::TestCase> later);

std::vector<record::TestCase> failing_of(const std::vector<record::TestCase>& cases);
/// The ten that took longest, without their texts.
std::vector<record::TestCase> slowest_of(const std::vector<record::TestCase>& cases);

/// Cuts what a record does not hold: texts of what passed first, then texts, then cases that
/// passed. True when it did.
bool fit_record(std::vector<record::TestCase>& cases);

}  // namespace sandbox::results
