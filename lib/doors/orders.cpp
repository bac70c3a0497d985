#include "doors/orders.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/text.hpp"
#include "doors/host_name.hpp"
#include "doors/url.hpp"
#include "record/fields.hpp"

namespace sandbox::doors {

namespace {

using record::field;
using record::field_if;
using record::or_null;

constexpr std::size_t kMaxOrders = 1 << 17;  // below what a socket's buffer takes in one piece

/// The user and password of a URL, as a proxy wants them.
std::string authorization_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == url.npos) return {};
  std::string_view authority = url.substr(start + 3);
  authority = authority.substr(0, authority.find('/'));
  const std::size_t at = authority.rfind('@');
  return at == authority.npos ? "" : "Basic " + base64(authority.substr(0, at));
}

Json proxy_json(const std::optional<HostProxy>& proxy) {
  if (!proxy) return nullptr;
  return {{"host", proxy->host}, {"port", proxy->port}, {"authorization", proxy->authorization}, {"except", proxy->except}};
}

std::optional<HostProxy> proxy_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return HostProxy{field<std::string>(json, "host"), field<std::uint16_t>(json, "port"),
                   field<std::string>(json, "authorization"), field<std::vector<std::string>>(json, "except")};
}

}  // namespace

bool HostProxy::serves(std::string_view name) const {
  return std::ranges::none_of(except, [&](std::string_view one) {
    if (one == "*") return true;
    if (one.starts_with('.')) one.remove_prefix(1);
    return name == one || (name.size() > one.size() && name.ends_with(one) && name[name.size() - one.size() - 1] == '.');
  });
}

std::optional<HostProxy> host_proxy(const std::string& url, const std::string& except) {
  if (url.empty()) return std::nullopt;
  const auto parsed = parse_url(url.find("://") == url.npos ? "http://" + url : url);
  if (!parsed || parsed->scheme != "http")
    throw Error(ExitCode::input, "the host's proxy (https_proxy) is no http://HOST[:PORT]",
                "a proxy is named by its host name; unset the variable to go without");
  HostProxy proxy{parsed->host, parsed->port, authorization_of(url), {}};
  for (std::string_view part : split(except, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) proxy.except.emplace_back(part);
  }
  return proxy;
}

record::Doors described(const Rules& rules) {
  record::Doors doors;
  for (const Rule& rule : rules.rules) doors.rules.push_back({rule_text(rule), rule.private_too});
  for (const Block& block : rules.blocks) doors.blocks.push_back(fmt::format("{}/{}", address_text(block.first), block.length));
  return doors;
}

Rules rules_of(const record::Doors& doors) {
  Rules rules;
  for (const record::Door& door : doors.rules) {
    rules.rules.push_back(parse_rule(door.allow));
    rules.rules.back().private_too = door.private_too;
  }
  for (const std::string& block : doors.blocks) rules.blocks.push_back(parse_block(block));
  return rules;
}

void to_json(Json& json, const Orders& orders) {
  json = {{"doors", described(orders.rules)},
          {"ports", orders.ports},
          {"inside", orders.inside},
          {"connections", orders.limits.connections},
          {"per_second", orders.limits.per_second},
          {"bytes", or_null(orders.limits.bytes)},
          {"port_connections", orders.limits.port_connections},
          {"proxy", proxy_json(orders.proxy)},
          {"resolvers", orders.resolvers},
          {"user", or_null(orders.user)},
          {"sockets", orders.sockets}};
}

void from_json(const Json& json, Orders& orders) {
  orders.rules = rules_of(field<record::Doors>(json, "doors"));
  orders.ports = field<std::vector<Port>>(json, "ports");
  orders.inside = field<std::vector<std::string>>(json, "inside");
  orders.limits = {field<std::uint64_t>(json, "connections"), field<std::uint64_t>(json, "per_second"),
                   field_if<std::uint64_t>(json, "bytes"), field<std::uint64_t>(json, "port_connections")};
  orders.proxy = proxy_of(field<Json>(json, "proxy"));
  orders.resolvers = field<std::vector<std::string>>(json, "resolvers");
  orders.user = field_if<std::uint32_t>(json, "user");
  orders.sockets = field<std::vector<std::string>>(json, "sockets");
}

void check_ports(const Orders& orders) {
  const std::vector<std::uint16_t> taken = orders.rules.ports();
  for (const Port& port : orders.ports)
    if (std::ranges::binary_search(taken, port.port))
      throw Error(ExitCode::input, fmt::format("port {} inside belongs to a door", port.port),
                  "no program inside could listen there: publish another port, or open no door to that one");
}

void send_orders(const Fd& socket, const Orders& orders, const std::vector<Fd>& sockets) {
  const std::string text = record::dump(orders);
  if (text.size() > kMaxOrders) throw Error(ExitCode::input, "too many doors");
  std::vector<int> numbers;
  for (const Fd& one : sockets) numbers.push_back(one.get());
  if (send_passing(socket.get(), text, numbers) < 0) throw_system_error("cannot reach the doorman");
}

std::optional<std::pair<Orders, std::vector<Fd>>> receive_orders(const Fd& socket) {
  std::string text(kMaxOrders, '\0');
  std::vector<Fd> sockets;
  const ssize_t n = receive_passing(socket.get(), text, sockets);
  if (n < 0) throw_system_error("cannot hear the supervisor");
  if (n == 0) return std::nullopt;
  auto orders = record::parse(std::string_view(text).substr(0, static_cast<std::size_t>(n)), "orders").get<Orders>();
  if (orders.sockets.size() != sockets.size()) throw Error(ExitCode::failed, "sockets got lost on their way to the doorman");
  return std::pair{std::move(orders), std::move(sockets)};
}

}  // namespace sandbox::doors
