// A report in XML, of hostile code. What is read from it and written again is the same report.
// sources: lib/results/junit_read.cpp lib/results/junit_write.cpp lib/results/reading.cpp lib/results/coverage.cpp lib/results/verdict.cpp lib/record/report.cpp lib/record/test_case.cpp lib/record/outcome.cpp lib/record/usage.cpp lib/record/verdict.cpp lib/record/json.cpp lib/record/misfit.cpp lib/record/chain.cpp lib/base/ending.cpp lib/base/text.cpp
#include <cstdlib>

#include "results/coverage.hpp"
#include "results/junit_read.hpp"
#include "results/junit_write.hpp"
#include "results/verdict.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox;
  const std::string text(reinterpret_cast<const char*>(data), size);
  results::read_coverage(text);
  record::Report report;
  report.cases = results::read_junit(text).cases();
  report.totals = results::totals_of(report.cases);
  const auto again = results::read_junit(results::junit_of(report));
  if (!again.problems().empty() || again.cases().size() != report.cases.size()) std::abort();
  std::size_t passed = 0, passed_again = 0;
  for (const auto& test : report.cases) passed += test.status == record::CaseStatus::passed;
  for (const auto& test : again.cases()) passed_again += test.status == record::CaseStatus::passed;
  if (passed != passed_again) std::abort();
  return 0;
}
