#include "doors/settings.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sandbox::doors {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == text.npos ? "" : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find_first_not_of(kBlanks, at)) != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::vector<Setting> parse_settings(std::string_view text) {
  std::vector<Setting> settings;
  std::string section;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[' && content.back() == ']') {
      section = trimmed(content.substr(1, content.size() - 2));
      std::erase(section, '"');
      continue;
    }
    const std::size_t equals = content.find('=');
    const bool indented = line.front() == ' ' || line.front() == '\t';
    if (indented && !settings.empty() && settings.back().section == section && equals == content.npos) {
      settings.back().value += " " + std::string(content);
      continue;
    }
    if (equals == content.npos) continue;
    settings.push_back({section, std::string(unquoted(trimmed(content.substr(0, equals)))),
                        std::string(unquoted(trimmed(content.substr(equals + 1))))});
  }
  return settings;
}

}  // namespace sandbox::doors
