#pragma once
// Marker: the hidden first line by which a comment of ours is known again. It counts on the first
// line and nowhere else, and only in a comment whose author we are: anybody can write one.
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::forge {

/// Letters, digits, '.', '_' and '-'; at most 64.
bool is_key(std::string_view text);

/// The line, without its end.
std::string marker(std::string_view key);

/// The key of a comment whose first line is a marker and nothing else.
std::optional<std::string> key_of(std::string_view body);

}  // namespace sandbox::forge
