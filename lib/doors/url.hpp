#pragma once
// Url: as much of one as a door needs: where it leads, and how it reads without credentials.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::doors {

struct Url {
  std::string text;    ///< without user and password
  std::string scheme;  ///< lower case, "sparse+" and the like cut off
  std::string host;
  std::uint16_t port = 0;
};

/// Nothing when it is no http or https URL with a host name.
std::optional<Url> parse_url(std::string_view text);

}  // namespace sandbox::doors
