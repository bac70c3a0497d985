#pragma once
// Comparison: measurements beside older ones, row by row, and what else was different then.
#include <optional>
#include <string>
#include <string_view>

#include "record/measurements.hpp"

namespace sandbox::measure {

/// What names of rows end with that are of the processor's time.
inline constexpr std::string_view kProcessorTime = " cpu";
enum class Time { wall, processor };

/// What the row of kind "machine" is called that was measured in the same minutes as rows of this
/// kind. Of a time that was slower or faster, so much must be left when its change is taken out.
std::string yardstick_name(std::string_view kind, Time time = Time::wall);

/// `fail_over`: 0.1 for ten percent; a row that is worse by more than that for certain is over.
record::Comparison compare(const record::Measurements& then, const record::Measurements& now, const std::string& file,
                           std::optional<double> fail_over);

/// What the rows say, the failures first; `failed` when anything failed or is over.
record::MeasureVerdict verdict_of(const record::Measurements& measurements);

/// "1.32 (1.20 to 1.40)", "-" where there is none.
std::string ratio_text(const record::RowChange& change);

}  // namespace sandbox::measure
