#pragma once
// Token: what lets us write. It comes from the environment or from a file, never from a command
// line, which every process of a host can read; nothing that is said or logged holds it.
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace sandbox::forge {

/// A variable of the environment; null when it is not set.
using Environment = std::function<const char*(const char* name)>;

class Token {
 public:
  /// The first of these variables that is set and not empty.
  static std::optional<Token> from_environment(const Environment& environment, std::initializer_list<const char*> names);
  /// One line. Throws Error(input).
  static Token from_file(const Path& path);

  /// For the header of a request, and to be redacted.
  const std::string& secret() const { return secret_; }
  /// The variable's name or the file's, for messages.
  const std::string& source() const { return source_; }

 private:
  Token(std::string secret, std::string source);
  std::string secret_, source_;
};

}  // namespace sandbox::forge
