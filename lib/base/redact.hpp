#pragma once
// Redactor: replaces the values of secrets in a stream, also where a value is cut by the
// border of two chunks. It is a courtesy against accidents: code that wants to leak a secret
// can encode it.
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

class Redactor {
 public:
  static constexpr std::string_view kMark = "[redacted]";
  /// Shorter values would blot out ordinary text.
  static constexpr std::size_t kShortest = 4;

  explicit Redactor(std::vector<std::string> secrets);

  bool active() const { return !secrets_.empty(); }

  /// A whole text at once.
  std::string redacted(std::string_view text) const;

  /// What can be said for sure of the stream so far; keeps back what may be a secret's start.
  std::string feed(std::string_view chunk);
  /// The rest, at the end of the stream.
  std::string finish();

 private:
  std::string scan(bool at_end);
  std::vector<std::string> secrets_;  ///< longest first
  std::string held_;
};

}  // namespace sandbox
