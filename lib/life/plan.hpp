#pragma once
// Plan: all that a launcher decides and a supervisor carries out. It travels over a socket,
// never over the disk, because it holds the values of secrets.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "doors/orders.hpp"
#include "engine/machine.hpp"
#include "record/entry.hpp"
#include "record/sandbox.hpp"

namespace sandbox::life {

struct Plan {
  Path store_state;  ///< see store::Store
  Path store_run;
  engine::Spec spec;
  record::Sandbox sandbox;  ///< the record so far
  std::map<std::string, std::string> env;      ///< of every command
  std::map<std::string, std::string> secrets;  ///< the same, and redacted in output
  std::optional<std::chrono::milliseconds> ttl;
  std::optional<std::chrono::milliseconds> idle;
  record::Actor actor;        ///< on whose behalf, for the log
  bool log_required = false;
  std::optional<doors::Orders> doors;  ///< and ports, without their sockets
  std::vector<record::Service> services;
  std::optional<std::chrono::milliseconds> wait_ready;  ///< so long for its ports to be listened on
  bool lease = false;  ///< end when the launcher's connection closes
};

void to_json(Json& json, const Plan& plan);
void from_json(const Json& json, Plan& plan);

/// Sends the plan with the lock of its place, the listening socket of each port and, if there is
/// one, the first client's connection.
void send_plan(const Fd& socket, const Plan& plan, const Fd& place, const Fd& first_client = {},
               const std::vector<Fd>& listeners = {});

struct ReceivedPlan {
  Plan plan;
  Fd place;
  std::vector<Fd> listeners;
  Fd first_client;  ///< perhaps none
};

/// Throws when the launcher is gone or sends nonsense.
ReceivedPlan receive_plan(const Fd& socket);

}  // namespace sandbox::life
