#include "record/port.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Port& p) {
  json = {{"port", p.port}, {"host", p.host}, {"host_port", p.host_port}, {"url", p.url}};
}

void from_json(const Json& json, Port& p) {
  p.port = field<std::uint16_t>(json, "port");
  p.host = field<std::string>(json, "host");
  p.host_port = field<std::uint16_t>(json, "host_port");
  p.url = field<std::string>(json, "url");
}

void to_json(Json& json, const Access& a) {
  json = {{"time", a.time},           {"port", a.port}, {"host", a.host},
          {"host_port", a.host_port}, {"peer", a.peer}, {"refused", or_null(a.refused)}};
}

void from_json(const Json& json, Access& a) {
  a.time = field<std::string>(json, "time");
  a.port = field<std::uint16_t>(json, "port");
  a.host = field<std::string>(json, "host");
  a.host_port = field<std::uint16_t>(json, "host_port");
  a.peer = field<std::string>(json, "peer");
  a.refused = field_if<std::string>(json, "refused");
}

void to_json(Json& json, const PortUse& u) {
  json = {{"port", u.port},       {"host", u.host},         {"host_port", u.host_port}, {"connections", u.connections},
          {"refused", u.refused}, {"bytes_in", u.bytes_in}, {"bytes_out", u.bytes_out}};
}

void from_json(const Json& json, PortUse& u) {
  u.port = field<std::uint16_t>(json, "port");
  u.host = field<std::string>(json, "host");
  u.host_port = field<std::uint16_t>(json, "host_port");
  u.connections = field<std::uint64_t>(json, "connections");
  u.refused = field<std::uint64_t>(json, "refused");
  u.bytes_in = field<std::uint64_t>(json, "bytes_in");
  u.bytes_out = field<std::uint64_t>(json, "bytes_out");
}

}  // namespace sandbox::record
