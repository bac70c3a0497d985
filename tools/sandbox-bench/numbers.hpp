#pragma once
// Numbers of measurements as people read them.
#include <string>

#include "record/measurements.hpp"

namespace sandbox::tool {

/// 12.34 of ms → "12.3 ms"; of bytes → "1.2 MiB"; of nothing → "12.34".
std::string number_text(double value, const std::string& unit);

/// What a change is called: "no change", "slower".
std::string verdict_text(const record::RowChange& change);

/// "12.3 ms", or "-" where there is none.
std::string milliseconds_or_dash(const std::optional<double>& value);

/// "12.3", or "-" where none ended well.
std::string per_second_or_dash(const record::SweepLevel& level);

/// The change of a row, or null.
const record::RowChange* change_of(const record::Measurements& measurements, const record::MeasuredRow& row);

}  // namespace sandbox::tool
