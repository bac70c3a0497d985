#include "forge/address.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"

namespace sandbox::forge {

namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

/// Empty when the URL has no such part.
std::string part(const Handle& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  return owned.get();
}

/// By number: what a name leads to is for others to decide.
bool is_loopback(const std::string& host) {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  return host == "[::1]";
}

[[noreturn]] void refuse(std::string_view url, const char* why) {
  throw Error(ExitCode::input, fmt::format("'{}' is no address of an API: {}", url, why),
              "an address is https://HOST[:PORT][/PATH]");
}

}  // namespace

Address Address::parse(std::string_view url) {
  const Handle parsed(curl_url(), &curl_url_cleanup);
  if (!parsed) throw Error(ExitCode::failed, "out of memory");
  const std::string given(url);
  if (curl_url_set(parsed.get(), CURLUPART_URL, given.c_str(), 0) != CURLUE_OK) refuse("…", "it cannot be read");
  // The text is not repeated where it may hold a password.
  if (!part(parsed, CURLUPART_USER).empty() || !part(parsed, CURLUPART_PASSWORD).empty()) refuse("…", "it names a user");
  if (!part(parsed, CURLUPART_QUERY).empty() || !part(parsed, CURLUPART_FRAGMENT).empty()) refuse("…", "it has a query");
  const std::string scheme = part(parsed, CURLUPART_SCHEME), host = part(parsed, CURLUPART_HOST);
  if (scheme != "https" && scheme != "http") refuse(url, "it is not https");
  if (scheme == "http" && !is_loopback(host)) refuse(url, "without TLS it may only be 127.0.0.1 or [::1]");
  Address address;
  address.tls_ = scheme == "https";
  const std::string port = part(parsed, CURLUPART_PORT);
  address.origin_ = fmt::format("{}://{}{}{}", scheme, host, port.empty() ? "" : ":", port);
  address.text_ = address.origin_ + part(parsed, CURLUPART_PATH);
  while (address.text_.ends_with('/')) address.text_.pop_back();
  return address;
}

Address Address::at_root(std::string_view path) const {
  Address other = *this;
  other.text_ = origin_ + std::string(path);
  return other;
}

std::string segment(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    escaped += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return escaped;
}

}  // namespace sandbox::forge
