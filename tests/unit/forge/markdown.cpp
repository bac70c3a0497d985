#include "forge/markdown.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::forge;

namespace {

const std::string kGap = "\u200b";

/// What stands between the first line and the last.
std::string inside(const std::string& block) {
  const std::size_t first = block.find('\n') + 1, last = block.rfind('\n', block.size() - 2) + 1;
  return block.substr(first, last - first);
}

}  // namespace

TEST_CASE("a line cannot be a quick action, whatever stands before the slash") {
  for (const std::string& before : std::vector<std::string>{"", " ", "\t", "    ", "\x1b[1m", "\u00a0", "\u3000"}) {
    const std::string text = harmless("first\n" + before + "/merge");
    INFO(text);
    CHECK_FALSE(contains(text, "\n/"));
    CHECK(contains(text, kGap));
  }
  CHECK(harmless("/usr/bin/env") == kGap + "/usr/bin/env");
  CHECK(harmless("see /usr/bin") == "see /usr/bin");
  CHECK(harmless("\xff/merge") == "\\xff/merge");
}

TEST_CASE("nobody is mentioned") {
  CHECK(harmless("ask @root, @all") == "ask @" + kGap + "root, @" + kGap + "all");
  CHECK(harmless("a@b @@x @ y") == "a@" + kGap + "b @@" + kGap + "x @ y");
}

TEST_CASE("colours are dropped once, every other control character is shown") {
  CHECK(harmless("\x1b[1;31mred\x1b[0m") == "red");
  CHECK(harmless("\x1b[\x1b[0m31m/merge") == "\\x1b[31m/merge");
  CHECK(harmless("\x1b]0;title\x07") == "\\x1b]0;title\\x07");
  CHECK(harmless("a\r\nb\rc") == "a\nb\\x0dc");
  CHECK(harmless(std::string("a\0b\x7f", 4)) == "a\\x00b\\x7f");
}

TEST_CASE("characters that reorder or hide others are shown") {
  CHECK(harmless("a\u202eb\u2066c") == "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c");
  CHECK(harmless("a\u200fb") == "a\\u{200f}b");
  CHECK(harmless("a\u2028/merge") == "a\\u{2028}/merge");
  CHECK(harmless("a\U000e0041b\ufeff\u00ad") == "a\\u{e0041}b\\u{feff}\\u{ad}");
  CHECK(harmless("grün ✓ 漢字") == "grün ✓ 漢字");
}

TEST_CASE("a fence is longer than every run of backticks in it") {
  for (const std::string& text : std::vector<std::string>{"a", "```", "``` ````` ``", "````\n/merge\n````", "`"}) {
    const std::string block = fence(text);
    const std::string ticks = block.substr(0, block.find_first_not_of('`'));
    INFO(block);
    CHECK(ticks.size() >= 3);
    CHECK_FALSE(contains(inside(block), ticks));
    CHECK(block.ends_with("\n" + ticks + "\n"));
    CHECK(block.starts_with(ticks + "text\n"));
  }
}

TEST_CASE("of a long text one end is shown, and how much is not") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + "\n";
  CHECK(fence(text, {2, 100, Excerpt::Kept::last}) == "*998 more lines before this*\n\n```text\n998\n999\n```\n");
  CHECK(fence(text, {2, 100, Excerpt::Kept::first}) == "```text\n0\n1\n```\n\n*998 more lines after this*\n");
  const std::string long_line(100'000, 'x');
  CHECK(fence(long_line, {5, 8192}).size() < 1100);
  CHECK(fence(std::string(100'000, '\x01') + "\n", {5, 8192}).size() < 8300);
}

TEST_CASE("a code span is one line and is not ended from within") {
  CHECK(code("plain") == "`plain`");
  CHECK(code("a`b") == "``a`b``");
  CHECK(code("`") == "`` ` ``");
  CHECK(code("a\n/merge") == "`a\\x0a/merge`");
  CHECK(code("") == "*nothing*");
  CHECK(code("   ") == "*nothing*");
  CHECK(code(std::string(1000, 'x'), 10) == "`xxxxxxxxxx…`");
}

TEST_CASE("only a plain URL becomes a link") {
  CHECK(hyperlink("https://ci.example.org:3000/a?b=c") == "<https://ci.example.org:3000/a?b=c>");
  for (const char* url : {"javascript:alert(1)", "https://a b", "https://a>b", "https://user:pw@host", "https://a\n/merge", "data:text/html,x", "https://a)[x](y"})
    CHECK(hyperlink(url).starts_with('`'));
  CHECK(hyperlink("job", "https://a/b") == "[job](<https://a/b>)");
}

TEST_CASE("HTML is text") { CHECK(html("<b onclick=\"x\">&@all") == "&lt;b onclick=&quot;x&quot;&gt;&amp;@" + kGap + "all"); }
