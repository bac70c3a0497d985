#pragma once
// Address: the base URL of a forge's API. TLS, or an address of this host's own loopback: a token
// never crosses a network in the clear.
#include <string>
#include <string_view>

namespace sandbox::forge {

class Address {
 public:
  /// Throws Error(input) on any other URL, and on one with user, password, query or fragment.
  static Address parse(std::string_view url);

  /// Without a slash at its end.
  const std::string& text() const { return text_; }
  bool is_tls() const { return tls_; }
  /// Another path on the same host and port, which replaces its own.
  Address at_root(std::string_view path) const;

 private:
  std::string text_, origin_;
  bool tls_ = true;
};

/// As one segment of a path, or a value in a query: everything but letters, digits, '-', '.', '_', '~'
/// is escaped.
std::string segment(std::string_view text);

}  // namespace sandbox::forge
