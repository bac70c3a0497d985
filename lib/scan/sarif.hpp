#pragma once
// SARIF 2.1.0, as forges and editors read it: one run with all that was looked at.
#include <span>
#include <string>

#include "record/findings.hpp"

namespace sandbox::scan {

std::string sarif(std::span<const record::Findings> all);

/// A path as a relative reference, whatever bytes are in it.
std::string uri_of(std::string_view path);

}  // namespace sandbox::scan
