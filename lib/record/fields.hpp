#pragma once
// Reading the fields of a record: each function names the field it misses or dislikes.
// Only for the .cpp files of records: it brings the whole of nlohmann/json.
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "record/json.hpp"
#include "record/misfit.hpp"

namespace sandbox::record {

/// Whether get<T>() would keep the value: it casts numbers without a look, so that -1 would
/// become the largest size and 1.9 processes one.
template <class T>
bool fits(const Json& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value.is_boolean();
  } else if constexpr (std::is_integral_v<T>) {
    if (value.is_number_unsigned()) return std::in_range<T>(value.get<std::uint64_t>());
    return value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
  } else if constexpr (std::is_floating_point_v<T>) {
    return value.is_number();
  } else {
    return true;
  }
}

/// The field's value; a record that lacks it or has another type is refused by name.
template <class T>
T field(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end())
    throw Misfit(fmt::format("the record lacks '{}'", name));
  try {
    if (fits<T>(*found)) return found->template get<T>();
  } catch (const nlohmann::json::exception&) {  // refused below, with the field's name
  }
  throw Misfit(fmt::format("the record's '{}' has the wrong type", name));
}

/// Absent and null are the same: nothing.
template <class T>
std::optional<T> field_if(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || found->is_null()) return std::nullopt;
  return field<T>(object, name);
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// The value or null: an embedded record that may be absent.
Json inline from_of(const Json& object) {
  const auto found = object.find("from");
  return found == object.end() ? Json(nullptr) : *found;
}

}  // namespace sandbox::record
