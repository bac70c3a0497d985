#pragma once
// Json: the value type of every record. Ordered, so that a record reads the way its section
// in sandbox-record(7) does.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sandbox {

using Json = nlohmann::ordered_json;

namespace record {

/// Program output as a record holds it: a string when it is UTF-8, else {"base64": …}.
Json text_json(std::string_view bytes);

/// The inverse of text_json(); throws Error(input) on any other shape.
std::string text_of(const Json& value);

/// One line, always valid UTF-8, no newline at the end.
std::string dump(const Json& value);

/// Throws Error(input) with the place of the mistake. Refuses nesting deeper than 100.
Json parse(std::string_view text, std::string_view subject);

}  // namespace record
}  // namespace sandbox
