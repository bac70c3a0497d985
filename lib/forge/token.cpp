#include "forge/token.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace sandbox::forge {

namespace {

constexpr std::size_t kMaxToken = 4096;

}  // namespace

Token::Token(std::string secret, std::string source) : secret_(std::move(secret)), source_(std::move(source)) {
  // A line's end in a header would be another header.
  const bool plain = std::ranges::all_of(secret_, [](char c) { return c > ' ' && c < 0x7f; });
  if (secret_.empty() || secret_.size() > kMaxToken || !plain)
    throw Error(ExitCode::input, fmt::format("what '{}' holds is no token", source_), "a token is one word of printable characters");
}

std::optional<Token> Token::from_environment(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = environment(name); value && *value) return Token(value, name);
  return std::nullopt;
}

Token Token::from_file(const Path& path) {
  std::string text = read_file(path, kMaxToken + 2);
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return Token(std::move(text), path.native());
}

}  // namespace sandbox::forge
