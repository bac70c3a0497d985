#pragma once
// Port: a way in. Connections to a socket of the host are led to a port inside, as many as its
// rate allows.
#include <cstdint>
#include <string>

#include "record/json.hpp"

namespace sandbox::doors {

struct Port {
  std::uint16_t port = 0;  ///< inside
  std::string host;        ///< the address of the host that it is taken on
  std::uint16_t host_port = 0;
  std::uint64_t per_minute = 6000;  ///< new connections
  std::uint64_t burst = 100;        ///< of them at once

  /// Its listening socket among those of Orders.
  std::string socket_name() const;
};

void to_json(Json& json, const Port& port);
void from_json(const Json& json, Port& port);

}  // namespace sandbox::doors
