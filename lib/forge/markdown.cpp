#include "forge/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace sandbox::forge {

namespace {

/// Shown by nothing, part of no word: what is behind it neither starts a line nor a name.
constexpr std::string_view kGap = "\u200b";
constexpr std::size_t kMaxLine = 1000;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The length of ESC [ … m at the front, 0 if there is none.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;:", 2);
  return end != text.npos && text[end] == 'm' ? end + 1 : 0;
}

/// What programs write for terminals and everybody expects gone: colours, tabs, the CR of a line's end.
std::string without_dress(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string text;
  while (!line.empty()) {
    const std::size_t colour = colour_length(line);
    if (!colour) text += line.front() == '\t' ? std::string(4, ' ') : std::string(1, line.front());
    line.remove_prefix(std::max<std::size_t>(colour, 1));
  }
  return text;
}

/// The code point of a well-formed sequence of three or four bytes, or of two.
char32_t point_at(std::string_view text, std::size_t length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  char32_t point = byte(0) & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) point = point << 6 | (byte(i) & 0x3F);
  return point;
}

std::size_t length_at(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  return std::min<std::size_t>(lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, text.size());
}

/// Nobody sees them, and they reorder, join or hide what is around: marks of direction, joiners, tags,
/// separators that some take for the end of a line. The overrides of direction are visible()'s.
bool is_hidden(char32_t point) {
  return point == 0xAD || point == 0x34F || point == 0x61C || point == 0x115F || point == 0x1160 || point == 0x180E ||
         (point >= 0x200B && point <= 0x200F) || point == 0x2028 || point == 0x2029 || (point >= 0x2060 && point <= 0x2064) ||
         (point >= 0x206A && point <= 0x206F) || point == 0x3164 || point == 0xFEFF || point == 0xFFA0 ||
         (point >= 0xFFF9 && point <= 0xFFFB) || (point >= 0xE0000 && point <= 0xE0FFF);
}

/// A forge looks for "/word" at the start of a line, some of them behind blanks, too.
bool acts_at_start(std::string_view line) {
  const auto first = std::ranges::find_if(line, [](char c) { return c > ' ' && c != 0x7f; });
  return first != line.end() && *first == '/';
}

std::string harmless_line(std::string_view line) {
  const std::string text = visible(without_dress(line));
  std::string safe(acts_at_start(text) ? kGap : "");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(std::string_view(text).substr(at));
    const char32_t point = point_at(std::string_view(text).substr(at), length);
    if (length > 1 && is_hidden(point)) safe += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(point));
    else safe.append(text, at, length);
    at += length;
    if (length == 1 && safe.back() == '@' && at < text.size() && is_word(text[at])) safe += kGap;
  }
  return safe;
}

std::string cut(std::string_view line, std::size_t most) {
  return line.size() <= most ? harmless_line(line) : harmless_line(line.substr(0, most)) + "…";
}

std::size_t longest_run(std::string_view text, char c) {
  std::size_t longest = 0, run = 0;
  for (const char each : text) longest = std::max(longest, run = each == c ? run + 1 : 0);
  return longest;
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
  while (bytes.ends_with('\n')) bytes.remove_suffix(1);
  return split(bytes, '\n');
}

}  // namespace

std::string harmless(std::string_view bytes) {
  std::string text;
  for (const std::string_view line : split(bytes, '\n')) text += harmless_line(line) + '\n';
  text.pop_back();
  return text;
}

std::string code(std::string_view bytes, std::size_t most) {
  const std::string text = cut(bytes, most);
  if (text.find_first_not_of(' ') == text.npos) return "*nothing*";
  const std::string ticks(longest_run(text, '`') + 1, '`');
  // Blanks beside the ticks are not shown, and keep the text's own backticks apart from ours.
  const std::string_view pad = text.starts_with('`') || text.ends_with('`') || text.starts_with(' ') ? " " : "";
  return fmt::format("{0}{1}{2}{1}{0}", ticks, pad, text);
}

std::string cell(std::string_view bytes, std::size_t most) {
  std::string safe;
  for (const char c : code(bytes, most)) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

std::string fence(std::string_view bytes, const Excerpt& excerpt) {
  const bool from_end = excerpt.kept == Excerpt::Kept::last;
  std::vector<std::string_view> lines = lines_of(bytes);
  if (from_end) std::ranges::reverse(lines);
  std::vector<std::string> shown;
  std::size_t size = 0;
  for (const std::string_view line : lines) {
    std::string safe = cut(line, kMaxLine);
    if (shown.size() >= excerpt.lines || size + safe.size() >= excerpt.bytes) break;
    size += safe.size() + 1;
    shown.push_back(std::move(safe));
  }
  if (from_end) std::ranges::reverse(shown);
  std::string text;
  for (const std::string& line : shown) text += line + '\n';
  const std::string ticks(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
  const std::size_t hidden = lines.size() - shown.size();
  const std::string note = hidden ? fmt::format("*{} more lines {} this*\n", hidden, from_end ? "before" : "after") : "";
  const std::string block = fmt::format("{0}text\n{1}{0}\n", ticks, text);
  return from_end && hidden ? note + "\n" + block : hidden ? block + "\n" + note : block;
}

bool is_plain_url(std::string_view url) {
  constexpr std::string_view kFine = "._~:/?#[]&=%+,;-";
  if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
  return url.size() < 2048 && std::ranges::all_of(url, [&](char c) { return is_word(c) || kFine.find(c) != kFine.npos; });
}

std::string hyperlink(std::string_view url) { return is_plain_url(url) ? fmt::format("<{}>", url) : code(url); }

std::string hyperlink(std::string_view text, std::string_view url) {
  return is_plain_url(url) ? fmt::format("[{}](<{}>)", text, url) : fmt::format("{} {}", text, code(url));
}

std::string html(std::string_view bytes) {
  std::string text;
  for (const char c : harmless(bytes)) {
    if (c == '&') text += "&amp;";
    else if (c == '<') text += "&lt;";
    else if (c == '>') text += "&gt;";
    else if (c == '"') text += "&quot;";
    else text += c;
  }
  return text;
}

}  // namespace sandbox::forge
