#pragma once
// Markdown: text of a sandbox, a recipe or a repository as a forge may be given it. It stands in
// a code span or in a fence that is longer than its own backticks, and even where a forge would
// look into one, nothing in it acts: no mention, no quick action, no character that hides others.
#include <cstddef>
#include <string>
#include <string_view>

namespace sandbox::forge {

/// The text with nothing in it that acts. Colours of terminals are dropped, all other control
/// characters are made visible; lines stay lines.
std::string harmless(std::string_view bytes);

/// A code span in one line, of at most about `most` bytes.
std::string code(std::string_view bytes, std::size_t most = 200);

/// The same in a cell of a table, where a bar ends the cell even in a code span.
std::string cell(std::string_view bytes, std::size_t most = 200);

/// How much of a long text is shown, and from which end.
struct Excerpt {
  std::size_t lines = 40;
  std::size_t bytes = 8192;
  enum class Kept { first, last } kept = Kept::first;
};

/// A fenced block at the start of a line, with a line that says what was left out.
std::string fence(std::string_view bytes, const Excerpt& excerpt = {});

/// True for an http or https URL of harmless characters, without user and password.
bool is_plain_url(std::string_view url);

/// The URL as a link, or as a code span when it is not plain.
std::string hyperlink(std::string_view url);
std::string hyperlink(std::string_view text, std::string_view url);  ///< `text` is ours

/// For HTML: the harmless text, escaped.
std::string html(std::string_view bytes);

}  // namespace sandbox::forge
