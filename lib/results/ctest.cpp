#include "results/ctest.hpp"

#include <map>

#include "base/text.hpp"
#include "results/junit_read.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;

/// " 5/5 Test #5: slow .......................***Timeout   1.00 sec", and before the stars there may
/// be "Subprocess aborted".
std::map<std::string, std::string> ends_in(std::string_view printed) {
  std::map<std::string, std::string> ends;
  for (const std::string_view line : split(printed, '\n')) {
    const std::size_t number = line.find(" Test "), stars = line.rfind("***");
    const std::size_t colon = number == line.npos ? line.npos : line.find(": ", number);
    if (colon == line.npos || stars == line.npos || stars < colon) continue;
    std::string_view name = line.substr(colon + 2, stars - colon - 2);
    name = name.substr(0, name.rfind('.') + 1);
    name = name.substr(0, name.find_last_not_of('.') + 1);
    if (name.ends_with(' ')) name.remove_suffix(1);
    ends[std::string(name)] = std::string(line.substr(stars + 3));
  }
  return ends;
}

}  // namespace

Reading read_ctest(std::string junit, std::string_view printed) {
  Reading reading = read_junit(std::move(junit));
  const auto ends = ends_in(printed);
  for (record::TestCase& test : reading.cases()) {
    const auto found = ends.find(test.name);
    if (found == ends.end()) continue;
    const std::string& how = found->second;
    // One whose program is missing was not left out by anybody's wish.
    const bool was_lost = how.starts_with("Not Run") && how.find("Disabled") == how.npos;
    if (!record::is_failing(test.status) && !(was_lost && test.status == CaseStatus::skipped)) continue;
    if (how.starts_with("Timeout")) test.status = CaseStatus::timeout;
    if (how.starts_with("Exception") || how.find("SEGFAULT") == 0) test.status = CaseStatus::crashed;
    if (was_lost) test.status = CaseStatus::error;
    if (!test.message || test.message->empty()) test.message = how.substr(0, how.find("  "));
  }
  return reading;
}

}  // namespace sandbox::results
