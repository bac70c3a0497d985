#pragma once
// Reading a report that is there, without running anything; and what every report has.
#include <string>
#include <vector>

#include "base/file.hpp"
#include "record/report.hpp"

namespace sandbox::tool {

/// `runner`: what wrote it. Throws Error(input) when nobody knows how to read that.
record::Report read_report(const Path& file, const std::string& runner);

/// Adds up: totals, verdict, the slowest, and what fits into a record.
void fill_report(record::Report& report, std::vector<record::TestCase> cases, std::vector<record::TestProblem> problems, bool may_be_empty);

}  // namespace sandbox::tool
