#include "doors/port.hpp"

#include <fmt/format.h>

#include "record/fields.hpp"

namespace sandbox::doors {

std::string Port::socket_name() const { return fmt::format("listen {} {}", host, host_port); }

void to_json(Json& json, const Port& port) {
  json = {{"port", port.port}, {"host", port.host}, {"host_port", port.host_port}, {"per_minute", port.per_minute}, {"burst", port.burst}};
}

void from_json(const Json& json, Port& port) {
  port.port = record::field<std::uint16_t>(json, "port");
  port.host = record::field<std::string>(json, "host");
  port.host_port = record::field<std::uint16_t>(json, "host_port");
  port.per_minute = record::field<std::uint64_t>(json, "per_minute");
  port.burst = record::field<std::uint64_t>(json, "burst");
}

}  // namespace sandbox::doors
