#include "audit/head.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"

namespace sandbox::audit {

std::string Head::text() const { return fmt::format("{}:{}", number, digest); }

Head parse_head(std::string_view text) {
  Head head;
  const char* end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, head.number);
  if (error == std::errc() && head.number > 0 && colon != end && *colon == ':') {
    head.digest = std::string(colon + 1, end);
    if (digest::is_hex_digest(head.digest)) return head;
  }
  throw Error(ExitCode::input, fmt::format("not a head of a log: '{}'", visible(text)),
              "records have it as log_head: NUMBER:SHA-256");
}

}  // namespace sandbox::audit
