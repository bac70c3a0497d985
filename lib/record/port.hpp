#pragma once
// Port: a way into a sandbox, as its record shows it, and who came that way.
#include <cstdint>
#include <optional>
#include <string>

#include "record/json.hpp"

namespace sandbox::record {

struct Port {
  std::uint16_t port = 0;  ///< inside
  std::string host;        ///< the address of the host that it is taken on
  std::uint16_t host_port = 0;
  std::string url;         ///< for whoever comes from outside
};

/// One connection to a port, as it began.
struct Access {
  std::string time;
  std::uint16_t port = 0;
  std::string host;
  std::uint16_t host_port = 0;
  std::string peer;                    ///< ADDRESS:PORT
  std::optional<std::string> refused;  ///< why it led nowhere
};

/// All connections to one port together.
struct PortUse {
  std::uint16_t port = 0;
  std::string host;
  std::uint16_t host_port = 0;
  std::uint64_t connections = 0;
  std::uint64_t refused = 0;  ///< further ones
  std::uint64_t bytes_in = 0, bytes_out = 0;
};

void to_json(Json& json, const Port& port);
void from_json(const Json& json, Port& port);
void to_json(Json& json, const Access& access);
void from_json(const Json& json, Access& access);
void to_json(Json& json, const PortUse& use);
void from_json(const Json& json, PortUse& use);

}  // namespace sandbox::record
