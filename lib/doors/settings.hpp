#pragma once
// Settings: lines of "key = value" below "[section]", as .npmrc, pip.conf and the plain part of
// cargo's TOML have them. Read for a few keys; what is not understood is passed over.
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::doors {

struct Setting {
  std::string section, key, value;  ///< value without quotes
};

/// In the order of the file. An indented line goes on with the value above it (pip).
std::vector<Setting> parse_settings(std::string_view text);

std::vector<std::string> words(std::string_view text);

}  // namespace sandbox::doors
