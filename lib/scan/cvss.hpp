#pragma once
// CVSS: the base score of a vulnerability, by its vector.
#include <optional>
#include <string_view>

#include "record/findings.hpp"

namespace sandbox::scan {

/// Of "CVSS:3.1/AV:N/AC:L/…" or 3.0, by the specification's §7.1: 0.0 to 10.0. Nothing for other versions, and
/// where a metric is missing or unknown.
std::optional<double> cvss3_score(std::string_view vector);

/// Its §5: low below 4.0, medium below 7.0, high below 9.0.
record::Severity severity_of_score(double score);

}  // namespace sandbox::scan
