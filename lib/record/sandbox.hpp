#pragma once
// Sandbox: the record sandbox.sandbox/1, one running instance of an image.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/altered.hpp"
#include "record/device.hpp"
#include "record/doors.hpp"
#include "record/json.hpp"
#include "record/limits.hpp"
#include "record/port.hpp"
#include "record/service.hpp"
#include "record/usage.hpp"
#include "record/wall.hpp"

namespace sandbox::record {

/// A process without races: pid numbers are reused, boot id and start time are not.
struct ProcessIdentity {
  int pid = 0;
  std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat
  std::string boot_id;
};

/// The folder of the host that /workspace was copied from.
struct Workspace {
  std::string path;
  std::optional<std::string> taken;  ///< when the copy was complete
};

/// What a sandbox with a kernel of its own runs on.
struct OwnMachine {
  std::string processor;  ///< kvm, or emulated
  std::optional<std::string> copied_from;  ///< a template's key; nothing: it started from nothing
  std::optional<std::string> no_template;  ///< why, then
};

struct Sandbox {
  static constexpr const char* kSchema = "sandbox.sandbox/1";
  std::string id;
  std::optional<std::string> name;
  std::map<std::string, std::string> labels;
  std::string state = "running";  ///< running, paused, starting, ended, orphaned
  std::string engine = "container";
  std::optional<OwnMachine> machine;  ///< of the engine vm
  std::string image;         ///< the image's name
  std::string image_digest;
  std::string created;
  std::optional<std::string> expires;
  std::optional<double> idle_ms;  ///< ends after so long without a command
  bool evictable = false;
  int place = 0;
  std::string user = "root";
  std::string workdir = "/";
  std::optional<Workspace> workspace;
  std::vector<std::string> secrets;  ///< names only
  Limits limits;
  std::vector<Wall> walls;
  Doors doors;
  std::vector<Port> ports;
  std::vector<ServiceState> services;
  std::vector<Device> devices;
  ProcessIdentity supervisor;
  ProcessIdentity agent;
  std::vector<std::string> cgroups;  ///< absolute directories that belong to it
  std::optional<Usage> usage;        ///< when somebody asked
  std::map<std::string, double> timings_ms;
  std::optional<std::string> ended;         ///< asked, ttl, idle, evicted, exit, crash, reboot
  std::optional<std::string> ended_at;
  std::optional<std::vector<Altered>> changes;  ///< in an answer to sandbox-change
  std::optional<std::string> log_head;  ///< NUMBER:SHA-256 of the log's last entry; nothing without a log
  Json from;

  /// Its supervisor serves it: running or paused.
  bool is_served() const { return state == "running" || state == "paused"; }
};

void to_json(Json& json, const ProcessIdentity& identity);
void from_json(const Json& json, ProcessIdentity& identity);
void to_json(Json& json, const OwnMachine& machine);
void from_json(const Json& json, OwnMachine& machine);
void to_json(Json& json, const Workspace& workspace);
void from_json(const Json& json, Workspace& workspace);
void to_json(Json& json, const Sandbox& sandbox);
void from_json(const Json& json, Sandbox& sandbox);

}  // namespace sandbox::record
