#include "quote.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

namespace {

constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// $'…': the only quotes that can say every byte.
std::string in_dollar_quotes(std::string_view bytes, bool is_text) {
  std::string word = "$'";
  for (const char c : bytes) {
    if (c == '\n') word += "\\n";
    else if (c == '\'' || c == '\\') word += {'\\', c};
    else if (is_control(c) || (!is_text && static_cast<unsigned char>(c) >= 0x80)) word += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else word += c;
  }
  return word + "'";
}

}  // namespace

std::string quoted(const Json& text) {
  const std::string bytes = record::text_of(text);
  if (!bytes.empty() && bytes.find_first_not_of(kPlain) == bytes.npos) return bytes;
  // visible() changes what could move a cursor, C1 controls too.
  if (visible(bytes) != bytes) return in_dollar_quotes(bytes, false);
  if (bytes.find('\'') != bytes.npos) return in_dollar_quotes(bytes, true);
  return "'" + bytes + "'";
}

}  // namespace sandbox::tool
