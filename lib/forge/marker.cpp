#include "forge/marker.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sandbox::forge {

namespace {

constexpr std::string_view kBegin = "<!-- sandbox-comment:v1 key=", kEnd = " -->";

}  // namespace

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

std::string marker(std::string_view key) { return fmt::format("{}{}{}", kBegin, key, kEnd); }

std::optional<std::string> key_of(std::string_view body) {
  std::string_view line = body.substr(0, body.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.starts_with(kBegin) || !line.ends_with(kEnd) || line.size() < kBegin.size() + kEnd.size()) return std::nullopt;
  const std::string_view key = line.substr(kBegin.size(), line.size() - kBegin.size() - kEnd.size());
  return is_key(key) ? std::optional(std::string(key)) : std::nullopt;
}

}  // namespace sandbox::forge
