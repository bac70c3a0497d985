#pragma once
// Secret: tokens and private keys by their formats, and values that are called secret and look
// like chance. The value itself is never part of what is said about it.
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::scan {

struct Secret {
  int line = 0;
  std::string what;  ///< "a private key"
};

/// At most a hundred, in the order of their lines.
std::vector<Secret> secrets_in(std::string_view text);

/// Whether a variable of that name holds something that should not be read.
bool sounds_secret(std::string_view name);

/// Of a value: it stands for another one, or for an example.
bool is_placeholder(std::string_view value);

/// Bits per character, by how often each one comes.
double entropy(std::string_view text);

}  // namespace sandbox::scan
