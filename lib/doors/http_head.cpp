#include "doors/http_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "doors/host_name.hpp"

namespace sandbox::doors {

namespace {

constexpr std::pair<int, std::string_view> kPhrases[] = {
    {400, "Bad Request"}, {403, "Forbidden"}, {408, "Request Timeout"}, {411, "Length Required"},
    {431, "Request Header Fields Too Large"}, {502, "Bad Gateway"}, {504, "Gateway Timeout"}};

const HttpProblem kBad{400, phrase_of(400)}, kTooLarge{431, phrase_of(431)};

bool is_token_character(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || kOthers.find(c) != kOthers.npos;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_character); }

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 32);
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class Number>
bool read_number(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

/// "HOST" or "HOST:PORT".
bool take_authority(HttpHead& head, std::string_view text, std::uint16_t port) {
  const std::size_t colon = text.find(':');
  const auto name = host_name(text.substr(0, colon));
  if (!name || (colon != text.npos && (!read_number(text.substr(colon + 1), port) || port == 0))) return false;
  head.host = *name;
  head.port = port;
  return true;
}

bool take_target(HttpHead& head, std::string_view target) {
  if (head.method == "CONNECT") {
    head.form = HttpHead::Form::connect;
    return target.find(':') != target.npos && take_authority(head, target, 0);
  }
  if (target.starts_with('/') || target == "*") {
    head.path = target;
    return true;
  }
  constexpr std::string_view kScheme = "http://";
  if (lower(target.substr(0, kScheme.size())) != kScheme) return false;
  head.form = HttpHead::Form::absolute;
  target.remove_prefix(kScheme.size());
  const std::size_t end = std::min(target.find_first_of("/?#"), target.size());
  head.path = target.substr(end);
  if (!head.path.starts_with('/')) head.path.insert(0, "/");
  head.path.resize(std::min(head.path.find('#'), head.path.size()));
  return take_authority(head, target.substr(0, end), 80);
}

bool take_request_line(HttpHead& head, std::string_view line) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || first == last) return false;
  head.method = line.substr(0, first);
  head.version = line.substr(last + 1);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_token(head.method) || (head.version != "HTTP/1.1" && head.version != "HTTP/1.0")) return false;
  return !target.empty() && is_visible(target) && take_target(head, target);
}

bool take_field(HttpHead& head, std::string_view line, int& hosts) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return false;  // folded lines start with a blank
  const std::string name = lower(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; })) return false;
  if (name == "content-length") {
    std::uint64_t length = 0;
    if (head.body || !read_number(value, length)) return false;
    head.body = length;
  }
  if (name == "transfer-encoding") {
    if (head.chunked || lower(value) != "chunked") return false;
    head.chunked = true;
  }
  if (name == "host") {
    if (++hosts > 1) return false;
    if (head.form == HttpHead::Form::path && !value.empty() && !take_authority(head, value, 80)) return false;
  }
  head.fields.emplace_back(line.substr(0, colon), value);
  return true;
}

/// Fields between a client and its proxy.
bool is_for_the_proxy(const std::string& name) {
  constexpr std::string_view kNames[] = {"host", "connection", "keep-alive", "proxy-connection", "proxy-authorization",
                                         "proxy-authenticate", "te", "trailer", "upgrade"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

}  // namespace

HttpRead read_http_head(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == bytes.npos || end + 4 > HttpHead::kMost) {
    if (end != bytes.npos || bytes.size() >= HttpHead::kMost) return {{}, kTooLarge};
    return {};
  }
  HttpHead head;
  head.length = end + 4;
  int hosts = 0;
  bool first = true;
  for (std::string_view rest = bytes.substr(0, end + 2); !rest.empty();) {
    const std::size_t stop = rest.find("\r\n");
    const std::string_view line = rest.substr(0, stop);
    rest.remove_prefix(stop + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != line.npos) return {{}, kBad};
    if (first ? !take_request_line(head, line) : !take_field(head, line, hosts)) return {{}, kBad};
    first = false;
  }
  if (head.chunked && head.body) return {{}, kBad};  // the classic of request smuggling
  return {std::move(head), {}};
}

std::string_view phrase_of(int status) {
  const auto found = std::ranges::find(kPhrases, status, [](const auto& phrase) { return phrase.first; });
  return found == std::end(kPhrases) ? "" : found->second;
}

std::string forwarded_head(const HttpHead& head) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}{}\r\n", head.method, head.path, head.host,
                                 head.port == 80 ? "" : fmt::format(":{}", head.port));
  for (const auto& [name, value] : head.fields)
    if (!is_for_the_proxy(lower(name))) text += fmt::format("{}: {}\r\n", name, value);
  return text + "Connection: close\r\n\r\n";
}

}  // namespace sandbox::doors
