#include "way_counts.hpp"

#include <functional>

#include "amount.hpp"

namespace sandbox::tool {

namespace {

using record::field_if;

constexpr std::uint16_t kSshPort = 22;

AccessKind kind_of(std::uint16_t port) { return port == kSshPort ? AccessKind::ssh : AccessKind::port; }
Labels label_of(AccessKind kind) { return {{"kind", kAccessKinds[static_cast<std::size_t>(kind)]}}; }

std::size_t digest_of(const Json& refusal) {
  const std::string port = std::to_string(field_if<std::uint16_t>(refusal, "port").value_or(0));
  return std::hash<std::string>{}(word(refusal, "reason") + " " + port + " " + word(refusal, "name"));
}

/// What is left of all after what was counted already.
double rest(double all, std::uint64_t counted) { return std::max(0.0, all - static_cast<double>(counted)); }

}  // namespace

WayCounts::WayCounts(Exposition& exposition, Lives& lives, FirstAccess& first)
    : lives_(lives),
      first_(first),
      reasons_{"name", "door", "address", "tls", "http", "request", "resolve", "private", "dial", "limit", "others"},
      refusals_(exposition.counter("sandbox_door_refusals_total", "What sandboxes wanted of the network and were not given, by reason.")),
      door_connections_(exposition.counter("sandbox_door_connections_total", "Connections out of sandboxes that have ended.")),
      door_bytes_(exposition.counter("sandbox_door_bytes_total", "Bytes of these connections.")),
      port_connections_(exposition.counter("sandbox_port_connections_total", "Connections to published ports; ssh: to port 22.")),
      port_refusals_(exposition.counter("sandbox_port_refusals_total", "Connections to published ports that were refused.")),
      port_bytes_(exposition.counter("sandbox_port_bytes_total", "Bytes of connections to ports of sandboxes that have ended.")) {
  for (const std::string& reason : reasons_.known()) refusals_.add({{"reason", reason}}, 0);
  door_connections_.add({}, 0);
  for (const char* direction : {"in", "out"})
    for (Family* family : {&door_bytes_, &port_bytes_}) family->add({{"direction", direction}}, 0);
  for (const AccessKind kind : {AccessKind::port, AccessKind::ssh})
    for (Family* family : {&port_connections_, &port_refusals_}) family->add(label_of(kind), 0);
}

void WayCounts::refusal(const record::Entry& entry) {
  const std::string reason = reasons_(word(entry.event, "reason"));
  const std::size_t what = digest_of(entry.event);
  double times = amount(entry.event, "times");
  if (entry.sandbox && !lives_.of(*entry.sandbox).refused.insert(what).second) times = rest(times, 1);
  refusals_.add({{"reason", reason}}, times);
}

void WayCounts::door(const record::Entry& entry) {
  const double connections = amount(entry.event, "connections"), out = amount(entry.event, "bytes_out"), in = amount(entry.event, "bytes_in");
  door_connections_.add({}, connections);
  door_bytes_.add({{"direction", "out"}}, out);
  door_bytes_.add({{"direction", "in"}}, in);
}

void WayCounts::access(const record::Entry& entry) {
  const auto port = field_if<std::uint16_t>(entry.event, "port").value_or(0);
  const bool refused = field_if<std::string>(entry.event, "refused").has_value();
  if (!refused) first_.came(entry, kind_of(port));
  if (entry.sandbox) {
    PortSeen& seen = lives_.of(*entry.sandbox).ports[port];
    ++(refused ? seen.refused : seen.connections);
  }
  (refused ? port_refusals_ : port_connections_).add(label_of(kind_of(port)));
}

void WayCounts::port(const record::Entry& entry) {
  const auto port = field_if<std::uint16_t>(entry.event, "port").value_or(0);
  const double connections = amount(entry.event, "connections"), refused = amount(entry.event, "refused");
  const double out = amount(entry.event, "bytes_out"), in = amount(entry.event, "bytes_in");
  PortSeen seen;
  if (entry.sandbox) std::swap(seen, lives_.of(*entry.sandbox).ports[port]);
  port_connections_.add(label_of(kind_of(port)), rest(connections, seen.connections));
  port_refusals_.add(label_of(kind_of(port)), rest(refused, seen.refused));
  port_bytes_.add({{"direction", "out"}}, out);
  port_bytes_.add({{"direction", "in"}}, in);
}

}  // namespace sandbox::tool
