#include "doors/host_name.hpp"

#include <libpsl.h>

#include <algorithm>

#include "base/text.hpp"

namespace sandbox::doors {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

/// inet_aton(3) takes 127.1, 0x7f000001 and 2130706433 for addresses.
bool is_number(std::string_view label) {
  if (label.starts_with("0x"))
    return std::ranges::all_of(label.substr(2), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
  return std::ranges::all_of(label, is_digit);
}

}  // namespace

std::optional<std::string> host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return std::nullopt;
  std::string name(text);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 32);
  const std::vector<std::string_view> labels = split(name, '.');
  if (!std::ranges::all_of(labels, is_label) || is_number(labels.back())) return std::nullopt;
  return name;
}

bool is_public_suffix(const std::string& name) {
  // Without built-in data nothing is known about any name, so every one might be a suffix.
  const psl_ctx_t* list = ::psl_builtin();
  return !list || ::psl_is_public_suffix(list, name.c_str());
}

}  // namespace sandbox::doors
