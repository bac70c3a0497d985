#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

namespace {

constexpr std::uint64_t kMostAtOnce = 256;
constexpr std::size_t kMostName = 100;
constexpr double kMostPercent = 100'000;

bool is_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kMostName && std::ranges::all_of(name, fits) && std::string_view("._-").find(name.front()) == std::string_view::npos;
}

}  // namespace

std::vector<std::string> parse_list(const std::string& option, const std::string& text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ',')) {
    if (word.empty()) throw Error(ExitCode::input, fmt::format("{} '{}': an empty name", option, visible(text)), "names with commas between them");
    words.emplace_back(word);
  }
  return words;
}

std::vector<std::uint64_t> parse_concurrency(const std::string& text) {
  std::vector<std::uint64_t> levels;
  for (const std::string& word : parse_list("--concurrency", text)) {
    std::uint64_t level = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), level);
    if (error != std::errc() || end != word.data() + word.size() || level < 1 || level > kMostAtOnce)
      throw Error(ExitCode::input, fmt::format("--concurrency '{}': not a number from 1 to {}", visible(word), kMostAtOnce), "--concurrency 1,2,4,8");
    if (std::ranges::find(levels, level) == levels.end()) levels.push_back(level);
  }
  return levels;
}

record::Benchmark parse_command(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || !is_name(text.substr(0, equals)) || equals + 1 == text.size())
    throw Error(ExitCode::input, fmt::format("--command '{}': not NAME=TEXT", visible(text)), "--command sort='sort /etc/services': a name of a-z, 0-9, '.', '_' and '-'");
  return {text.substr(0, equals), {"sh", "-c", text.substr(equals + 1)}};
}

double parse_percent(const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(0, text.size() - (text.ends_with('%') ? 1 : 0));
  double percent = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), percent, std::chars_format::fixed);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  if (!is_number || !(percent >= 0) || percent > kMostPercent)
    throw Error(ExitCode::input, fmt::format("--fail-over '{}': not a percentage", visible(text)), "--fail-over 10%");
  return percent / 100;
}

}  // namespace sandbox::tool
