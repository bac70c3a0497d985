#include "record/service.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

using Words = std::vector<std::string>;

void to_json(Json& json, const Readiness& ready) {
  json = {{"command", ready.command}, {"port", or_null(ready.port)}, {"http", or_null(ready.http)}};
}

void from_json(const Json& json, Readiness& ready) {
  ready.command = field<Words>(json, "command");
  ready.port = field_if<int>(json, "port");
  ready.http = field_if<std::string>(json, "http");
}

void to_json(Json& json, const Service& service) {
  json = {{"name", service.name},       {"command", service.command},       {"ready", service.ready},
          {"after", service.after},     {"restart", service.restart},       {"timeout_ms", service.timeout_ms},
          {"user", or_null(service.user)}, {"workdir", or_null(service.workdir)}, {"env", service.env}};
}

void from_json(const Json& json, Service& service) {
  service.name = field<std::string>(json, "name");
  service.command = field<Words>(json, "command");
  service.ready = field<Readiness>(json, "ready");
  service.after = field<Words>(json, "after");
  service.restart = field<std::string>(json, "restart");
  service.timeout_ms = field<double>(json, "timeout_ms");
  service.user = field_if<std::string>(json, "user");
  service.workdir = field_if<std::string>(json, "workdir");
  service.env = field<std::map<std::string, std::string>>(json, "env");
}

void to_json(Json& json, const ServiceState& state) {
  json = {{"name", state.name}, {"state", state.state}, {"restarts", state.restarts}, {"pid", or_null(state.pid)}};
}

void from_json(const Json& json, ServiceState& state) {
  state.name = field<std::string>(json, "name");
  state.state = field<std::string>(json, "state");
  state.restarts = field<int>(json, "restarts");
  state.pid = field_if<int>(json, "pid");
}

}  // namespace sandbox::record
