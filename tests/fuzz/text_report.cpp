// A report in lines, of hostile code; the first byte says of which kind. A test that failed is
// failing or a problem, whatever else is in the text.
// sources: lib/results/tap.cpp lib/results/tap_block.cpp lib/results/libtest.cpp lib/results/ctest.cpp lib/results/junit_read.cpp lib/results/coverage.cpp lib/results/reading.cpp lib/results/go_json.cpp lib/results/jest_json.cpp lib/results/mocha_json.cpp lib/results/case_lines.cpp lib/results/verdict.cpp lib/record/report.cpp lib/record/test_case.cpp lib/record/outcome.cpp lib/record/usage.cpp lib/record/verdict.cpp lib/record/json.cpp lib/record/misfit.cpp lib/record/chain.cpp lib/base/ending.cpp lib/base/text.cpp
#include <cstdlib>

#include "results/case_lines.hpp"
#include "results/coverage.hpp"
#include "results/ctest.hpp"
#include "results/go_json.hpp"
#include "results/jest_json.hpp"
#include "results/libtest.hpp"
#include "results/mocha_json.hpp"
#include "results/tap.hpp"
#include "results/verdict.hpp"

namespace {

using namespace sandbox::results;

Reading read(unsigned char kind, const std::string& text) {
  const std::string half = text.substr(0, text.size() / 2), rest = text.substr(text.size() / 2);
  switch (kind % 8) {
    case 0: return read_tap(text);
    case 1: return read_cargo_text(text);
    case 2: return read_libtest({"s", half, rest, text, 0});
    case 3: return read_go_json(text);
    case 4: return read_jest_json(text);
    case 5: return read_mocha_json(text);
    case 6: return read_case_lines(text);
    default: return read_ctest("<testsuite><testcase name='a'><failure/></testcase></testsuite>", text);
  }
}

/// In front of what a hostile test could still write: one that failed.
void check_tap(const std::string& text) {
  const Reading reading = read_tap("not ok 1 - a\n" + text);
  if (verdict_of(totals_of(reading.cases()), reading.problems(), false).passed()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  Reading reading = read(data[0], text);
  read_coverage(text);
  if (data[0] % 8 == 0) check_tap(text);
  if (data[0] % 8 == 7 && totals_of(reading.cases()).failing() != 1) std::abort();
  merge_run(reading.cases(), reading.cases());
  fit_record(reading.cases());
  for (const auto& test : reading.cases())
    if (test.name.size() > kMaxName + 8 || test.message.value_or("").size() > kMaxMessage + 8 || test.output.value_or("").size() > kMaxOutput + 8) std::abort();
  return 0;
}
