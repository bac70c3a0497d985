#pragma once
// Orders: what a supervisor tells its doorman: all rules at once, each time. The sockets that
// come along are named in the same order; those of doors were made inside the sandbox.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "doors/port.hpp"
#include "doors/rule.hpp"
#include "record/doors.hpp"

namespace sandbox::doors {

/// Counted together for all doors of a sandbox.
struct DoorLimits {
  std::uint64_t connections = 1024;  ///< at a time
  std::uint64_t per_second = 200;    ///< new ones
  std::optional<std::uint64_t> bytes;  ///< in and out, over the whole life
  std::uint64_t port_connections = 256;  ///< at a time, through all ports
};

/// The host's own way out, from its variables.
struct HostProxy {
  std::string host;
  std::uint16_t port = 0;
  std::string authorization;  ///< the field's value, or empty
  std::vector<std::string> except;  ///< no_proxy: names, .suffixes, or *

  bool serves(std::string_view name) const;
};

/// From https_proxy (or its capitals, or http_proxy) and no_proxy; nothing without one. Throws
/// Error(input) when it is no URL.
std::optional<HostProxy> host_proxy(const std::string& url, const std::string& except);

struct Orders {
  Rules rules;
  std::vector<Port> ports;
  /// Where a port inside is looked for, one after the other.
  std::vector<std::string> inside = {"127.0.0.1", "::1"};
  DoorLimits limits;
  std::optional<HostProxy> proxy;
  std::vector<std::string> resolvers;  ///< "ADDRESS[:PORT]"; none: the host's own
  std::optional<std::uint32_t> user;   ///< to become at the start, when root is who we are
  std::vector<std::string> sockets;    ///< "names", "names-stream", "proxy", a door's port, or Port::socket_name()
};

void to_json(Json& json, const Orders& orders);
void from_json(const Json& json, Orders& orders);

/// What a port's socket inside must not be: a door's, which listens there already. Throws Error(input).
void check_ports(const Orders& orders);

/// Rules as records show them, and back.
record::Doors described(const Rules& rules);
Rules rules_of(const record::Doors& doors);

/// One datagram; the sockets come as descriptors.
void send_orders(const Fd& socket, const Orders& orders, const std::vector<Fd>& sockets);
/// Nothing when the supervisor is gone.
std::optional<std::pair<Orders, std::vector<Fd>>> receive_orders(const Fd& socket);

}  // namespace sandbox::doors
