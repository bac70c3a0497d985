#include "record/json.hpp"

#include <fmt/format.h>


#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::record {

Json text_json(std::string_view bytes) {
  if (is_utf8(bytes)) return bytes;
  return {{"base64", base64(bytes)}};
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("base64") && value["base64"].is_string())
    return from_base64(value["base64"].get<std::string>());
  throw Error(ExitCode::input, "expected text or {\"base64\": …}");
}

std::string dump(const Json& value) {
  // replace: a string that is not UTF-8 can only come from a bug of ours, and a record must
  // still be written whole; streams have gone through text_json() before.
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parse(std::string_view text, std::string_view subject) {
  constexpr int kMaxDepth = 100;
  const auto bounded = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > kMaxDepth)
      throw Error(ExitCode::input, fmt::format("{}: nested deeper than {}", subject, kMaxDepth));
    return true;
  };
  // The parser takes a NUL for the end and would not look at what follows it.
  if (text.find('\0') != text.npos) throw Error(ExitCode::input, fmt::format("{}: not JSON: a NUL byte", subject));
  try {
    return Json::parse(text, bounded);
  } catch (const nlohmann::json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …" from the place on
    const std::string_view what = e.what();
    const std::size_t place = what.find("at line");
    throw Error(ExitCode::input,
                fmt::format("{}: not JSON: {}", subject,
                            visible(what.substr(place == std::string_view::npos ? 0 : place, 200))));
  }
}

}  // namespace sandbox::record
