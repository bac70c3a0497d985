// What somebody in a sandbox wrote, as a comment would show it: in a fence that it cannot leave,
// in one code span, and with nothing that a forge acts on.
// sources: lib/forge/markdown.cpp lib/base/text.cpp
#include "forge/markdown.hpp"

#include <cstdlib>

#include "base/text.hpp"

namespace {

using namespace sandbox;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

void check_harmless(std::string_view text) {
  require(is_utf8(text));
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t first = line.find_first_not_of(' ');
    require(first == line.npos || line[first] != '/');
    require(visible(line) == line);
    for (std::size_t i = 0; i + 1 < line.size(); ++i) require(line[i] != '@' || !is_word(line[i + 1]));
  }
}

/// Its first fence is closed by its last line, and by none before it.
void check_fence(std::string_view block) {
  const std::size_t begin = block.find("```");
  const std::string_view ticks = block.substr(begin, block.find("text\n", begin) - begin);
  require(ticks.find_first_not_of('`') == ticks.npos);
  int closing = 0;
  for (const std::string_view line : split(block.substr(begin), '\n')) closing += line == ticks;
  require(closing == 1);
}

void check_code(std::string_view span) {
  if (span == "*nothing*") return;
  const std::string_view ticks = span.substr(0, span.find_first_not_of('`'));
  require(span.find('\n') == span.npos);
  const std::string_view inside = span.substr(ticks.size(), span.size() - 2 * ticks.size());
  std::size_t run = 0;
  for (const char c : inside) {
    run = c == '`' ? run + 1 : 0;
    require(run < ticks.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_harmless(forge::harmless(text));
  check_fence(forge::fence(text, {20, 2000, size % 2 ? forge::Excerpt::Kept::last : forge::Excerpt::Kept::first}));
  check_code(forge::code(text, 100));
  require(forge::html(text).find('<') == std::string::npos);
  const std::string hyperlink = forge::hyperlink(text);
  if (hyperlink.starts_with('<')) require(hyperlink.find_first_of(" \n\"()") == hyperlink.npos && hyperlink.find('>') == hyperlink.size() - 1);
  return 0;
}
