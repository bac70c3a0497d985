#pragma once
// Amount: a number of an entry that can be added to a counter. Counters only grow, so what is
// negative or no number is refused like any other wrong type.
#include <cmath>

#include "record/fields.hpp"

namespace sandbox::tool {

inline double amount(const Json& object, const char* name) {
  const double value = record::field_if<double>(object, name).value_or(0);
  if (!std::isfinite(value) || value < 0) throw record::Misfit(fmt::format("the record's '{}' is no amount", name));
  return value;
}

inline double seconds_of(const Json& object, const char* name) { return amount(object, name) / 1000; }

/// Empty where there is none.
inline std::string word(const Json& object, const char* name) { return record::field_if<std::string>(object, name).value_or(""); }

}  // namespace sandbox::tool
