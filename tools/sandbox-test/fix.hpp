#pragma once
// Fix: the command of the caller, on the host, that is told what failed and may do something
// about it before the next attempt.
#include <string>

#include "record/report.hpp"

namespace sandbox::tool {

/// Its stdin is the report, one line. What it writes goes to stderr, too.
record::Fix run_fix(const std::string& command, const record::Report& report);

}  // namespace sandbox::tool
