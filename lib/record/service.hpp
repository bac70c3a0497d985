#pragma once
// Service: a program that starts with every sandbox of an image, as its record says it, and
// what became of it in one sandbox.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

/// How it is found out that a service can be used; of the three at most one is asked for:
/// a command that succeeds, a port on which something listens, a path that is answered well.
struct Readiness {
  std::vector<std::string> command;
  std::optional<int> port;
  std::optional<std::string> http;  ///< at `port`

  bool asked() const { return !command.empty() || port; }
};

struct Service {
  std::string name;
  std::vector<std::string> command;
  Readiness ready;
  std::vector<std::string> after;  ///< names of services that must be ready before
  std::string restart = "no";      ///< no, on-failure, always
  double timeout_ms = 30'000;      ///< until it is ready
  std::optional<std::string> user, workdir;
  std::map<std::string, std::string> env;
};

struct ServiceState {
  std::string name;
  std::string state = "waiting";  ///< waiting, starting, ready, restarting, ended, failed
  int restarts = 0;
  std::optional<int> pid;  ///< inside, while it runs

  bool operator==(const ServiceState&) const = default;
};

void to_json(Json& json, const Readiness& ready);
void from_json(const Json& json, Readiness& ready);
void to_json(Json& json, const Service& service);
void from_json(const Json& json, Service& service);
void to_json(Json& json, const ServiceState& state);
void from_json(const Json& json, ServiceState& state);

}  // namespace sandbox::record
