#pragma once
// Text at the border: program output is bytes, records are UTF-8, terminals obey control
// characters. Nothing from inside a sandbox reaches a person without passing visible().
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

/// True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

std::string base64(std::string_view bytes);

/// The inverse of base64(); throws Error(input) on anything else.
std::string from_base64(std::string_view text);

/// The text with every control character and every byte that is not UTF-8 written as \xNN,
/// so that hostile output cannot move the cursor, retitle the window or fake a line.
std::string visible(std::string_view bytes);

/// As one word of sh(1), whatever is in it.
std::string shell_word(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

/// The candidate nearest to `word` by edit distance, or empty when none is near enough to
/// be worth suggesting.
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sandbox
