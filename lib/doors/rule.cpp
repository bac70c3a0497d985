#include "doors/rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doors/host_name.hpp"
#include "doors/places.hpp"

namespace sandbox::doors {

namespace {

constexpr std::uint16_t kTls = 443, kHttp = 80;
constexpr std::string_view kOpen = "open";

Error bad(std::string_view text, std::string_view problem, std::string hint = {}) {
  return Error(ExitCode::input, fmt::format("door '{}': {}", visible(text), problem),
               hint.empty() ? "HOST, HOST:PORT[,PORT], HOST:PORT/raw, HOST/ech, '*.example.org', or open" : std::move(hint));
}

std::uint16_t parse_port(std::string_view digits, std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
    throw bad(text, fmt::format("'{}' is not a port", visible(digits)));
  if (port == kNamePort || port == kProxyPort || port == kSshPort)
    throw bad(text, fmt::format("port {} belongs to the doors themselves", port), "choose another port of that host");
  return port;
}

std::vector<std::uint16_t> parse_ports(std::string_view ports, std::string_view text) {
  std::vector<std::uint16_t> out;
  for (const std::string_view port : split(ports, ',')) out.push_back(parse_port(port, text));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// "*.example.org" or "example.org".
void take_host(Rule& rule, std::string_view host, std::string_view text) {
  if (host.starts_with("*.")) {
    rule.names = Rule::Names::below;
    host.remove_prefix(2);
  }
  if (parse_address(host))
    throw bad(text, "an address is no name", "name the host; --allow-cidr says which private addresses it may have");
  const auto name = host_name(host);
  if (!name) throw bad(text, fmt::format("'{}' is not a host name", visible(host)));
  rule.host = *name;
  if (rule.host == kOpen) throw bad(text, "a word of ours is no host's name", "open in lower case, or the host's whole name");
  if (rule.names == Rule::Names::below && is_public_suffix(rule.host))
    throw bad(text, fmt::format("anybody may register a name below '{}'", rule.host), "name the hosts, or use open");
}

bool is_tls(const Rule& rule) { return rule.ports == std::vector<std::uint16_t>{kTls}; }

Rules::Look look_at(std::uint16_t port) {
  if (port == kTls) return Rules::Look::client_hello;
  return port == kHttp ? Rules::Look::requests : Rules::Look::nothing;
}

/// Takes a word off the end.
bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

bool Rule::covers(std::string_view name) const {
  switch (names) {
    case Names::one: return name == host;
    case Names::below:
      return name.size() > host.size() + 1 && name.ends_with(host) && name[name.size() - host.size() - 1] == '.';
    case Names::any: return name.find('.') != name.npos;
  }
  return false;
}

namespace {

constexpr std::string_view kPeer = "sandbox:";

/// "NAME:PORT[,PORT]"
Rule parse_peer(std::string_view rest, std::string_view text) {
  const std::size_t colon = rest.find(':');
  if (colon == rest.npos) throw bad(text, "another sandbox is reached by a port that it publishes", "sandbox:NAME:PORT");
  const std::string name = std::string(rest.substr(0, colon)) + std::string(kPeerDomain);
  if (host_name(name) != name)
    throw bad(text, fmt::format("'{}' is no name that can be looked up inside", visible(rest.substr(0, colon))), "small letters, digits and '-'");
  return {.host = name, .ports = parse_ports(rest.substr(colon + 1), text), .raw = true, .peer = true};
}

}  // namespace

Rule parse_rule(std::string_view text) {
  Rule rule;
  if (text.starts_with(kPeer)) return parse_peer(text.substr(kPeer.size()), text);
  if (text == kOpen) return {Rule::Names::any, "", {22, 80, kTls}};
  std::string_view rest = text;
  rule.raw = take_suffix(rest, "/raw");
  rule.ech = !rule.raw && take_suffix(rest, "/ech");
  const std::size_t colon = rest.find(':');
  if (rule.raw && colon == rest.npos) throw bad(text, "/raw needs a port", fmt::format("{}:443/raw", visible(rest)));
  if (std::ranges::count(rest, ':') > 1 && parse_address(rest)) take_host(rule, rest, text);
  rule.ports = colon == rest.npos ? std::vector<std::uint16_t>{kTls} : parse_ports(rest.substr(colon + 1), text);
  take_host(rule, rest.substr(0, colon), text);
  if (rule.ech && std::ranges::find(rule.ports, kTls) == rule.ports.end())
    throw bad(text, "/ech is about TLS", fmt::format("{}/ech for port 443; on other ports nothing is hidden from us", visible(rest.substr(0, colon))));
  return rule;
}

std::string rule_text(const Rule& rule) {
  if (rule.names == Rule::Names::any) return std::string(kOpen);
  if (rule.peer) return fmt::format("{}{}:{}", kPeer, rule.host.substr(0, rule.host.size() - kPeerDomain.size()), fmt::join(rule.ports, ","));
  std::string text = (rule.names == Rule::Names::below ? "*." : "") + rule.host;
  if (!is_tls(rule) || rule.raw) text += fmt::format(":{}", fmt::join(rule.ports, ","));
  return text + (rule.raw ? "/raw" : rule.ech ? "/ech" : "");
}

bool Rules::covers(std::string_view name) const {
  return std::ranges::any_of(rules, [&](const Rule& rule) { return rule.covers(name); });
}

std::optional<Rules::Door> Rules::door(std::string_view name, std::uint16_t port) const {
  std::optional<Door> door;
  for (const Rule& rule : rules) {
    if (std::ranges::find(rule.ports, port) == rule.ports.end() || !rule.covers(name)) continue;
    if (!door) door = Door{.look = look_at(port)};
    if (rule.raw) door->look = Look::nothing;
    // Where every name may be reached, one that is hidden may be, too.
    door->ech |= rule.ech || rule.names == Rule::Names::any;
    door->private_too |= rule.private_too;
    door->peer |= rule.peer;
  }
  return door;
}

std::vector<std::uint16_t> Rules::ports() const {
  std::vector<std::uint16_t> all;
  for (const Rule& rule : rules) all.insert(all.end(), rule.ports.begin(), rule.ports.end());
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > kMostPorts || rules.size() > kMost || blocks.size() > kMost)
    throw Error(ExitCode::input, "too many doors",
                fmt::format("at most {} rules with {} different ports", kMost, kMostPorts));
  return all;
}

std::string rule_for(std::string_view name, std::uint16_t port) {
  return port == kTls ? std::string(name) : fmt::format("{}:{}", name, port);
}

}  // namespace sandbox::doors
