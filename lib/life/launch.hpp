#pragma once
// Launch: image → sandbox. What sandbox-launch and sandbox-run share.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "engine/machine.hpp"
#include "record/image.hpp"
#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// What the caller asks for; what he leaves open comes from the image, then the configuration.
struct LaunchRequest {
  std::string image;  ///< name or digest
  std::optional<std::string> name;
  std::map<std::string, std::string> labels;
  record::Limits limits;
  std::map<std::string, std::string> env;
  std::map<std::string, std::string> secrets;
  std::optional<std::string> user, workdir;
  std::vector<std::string> mounts;  ///< SRC:DST[:rw]
  std::vector<std::string> caches;  ///< NAME:PATH
  std::optional<std::string> cache_scope;
  std::optional<Path> workspace;    ///< copied to /workspace
  std::optional<std::chrono::milliseconds> ttl, idle;
  bool evictable = false;
  std::optional<std::chrono::milliseconds> wait;  ///< for a place
  bool evict_oldest = false;
  std::vector<std::string> allow_missing, require;
  bool lease = false;  ///< end with the launcher
};

struct Launched {
  record::Sandbox sandbox;
  Fd channel;  ///< to the supervisor; with a lease, closing it ends the sandbox
};

/// Returns when the agent is ready and the limits are attached. Throws Error with the exit
/// code of sandbox-exit(7): 2 bad request, 3 a wall is missing, 75 no place.
Launched launch(const store::Store& store, const config::Config& config, const LaunchRequest& request);

/// Takes "SRC:DST[:rw]" → a share, checked: never the store, /, /proc, /sys, /dev, or a socket.
engine::Share parse_share(const store::Store& store, const std::string& text);

}  // namespace sandbox::life
