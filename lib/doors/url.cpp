#include "doors/url.hpp"

#include <algorithm>
#include <charconv>

#include "doors/host_name.hpp"

namespace sandbox::doors {

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == text.npos) return std::nullopt;
  Url url;
  const std::string_view scheme = text.substr(0, colon);
  url.scheme = scheme.substr(scheme.find('+') == scheme.npos ? 0 : scheme.find('+') + 1);
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  url.text = std::string(text.substr(0, colon + 3)) + std::string(authority) + std::string(rest.substr(end));
  url.port = url.scheme == "https" ? 443 : 80;
  if (const std::size_t port = authority.find(':'); port != authority.npos) {
    const std::string_view digits = authority.substr(port + 1);
    const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (error != std::errc() || last != digits.data() + digits.size() || url.port == 0) return std::nullopt;
    authority = authority.substr(0, port);
  }
  const auto name = host_name(authority);
  if (!name) return std::nullopt;
  url.host = *name;
  return url;
}

}  // namespace sandbox::doors
