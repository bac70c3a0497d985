#pragma once
// TakenPort: a port of the host that is ours because we listen on it. Nobody asks first whether it
// is free: the kernel decides who of several gets it.
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "doors/port.hpp"
#include "record/port.hpp"

namespace sandbox::life {

/// A way in as it was asked for, with all that the configuration says of it.
struct PortWish {
  std::uint16_t port = 0;                  ///< inside; that of SSH is one, too
  std::optional<std::uint16_t> host_port;  ///< nothing: any that is free
  std::string host;                        ///< the address of this host
  std::string name;                        ///< this host's, for whoever comes from outside
  std::uint64_t per_second = 100;          ///< new connections; SSH has its own rate
};

void to_json(Json& json, const PortWish& wish);
void from_json(const Json& json, PortWish& wish);

struct TakenPort {
  record::Port shown;
  doors::Port port;
  Fd listener;
};

/// Throws Error(later) when none is free, Error(host) where we may not listen.
TakenPort take_port(const PortWish& wish);

}  // namespace sandbox::life
