#include <fmt/format.h>

#include "forge/markdown.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxQuote = 160;

std::string shortened(const std::string& text) {
  return text.size() <= kMaxQuote ? text : text.substr(0, kMaxQuote) + "...";
}

/// One line, whatever is in it.
std::string in_one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

std::string folded(const std::string& title, const std::string& text) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n", title, text);
}

std::string in_markdown(const Brief& brief) {
  std::string line = brief.says;
  for (const std::string& quote : brief.quotes) line += ' ' + forge::code(in_one_line(quote), kMaxQuote);
  return line;
}

std::string in_plain_text(const Brief& brief) {
  std::string line = brief.says;
  for (const std::string& quote : brief.quotes) line += fmt::format(" '{}'", forge::harmless(in_one_line(shortened(quote))));
  return line;
}

std::string in_html(const Brief& brief) {
  std::string line = forge::html(brief.says);
  for (const std::string& quote : brief.quotes) line += fmt::format(" <code>{}</code>", forge::html(in_one_line(shortened(quote))));
  return line;
}

}  // namespace sandbox::tool
