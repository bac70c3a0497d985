#pragma once
// Launch: image → sandbox. What sandbox-launch and sandbox-run share.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/child.hpp"
#include "base/clock.hpp"
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
  bool no_caches = false;           ///< none, whatever the recipe asks for
  std::optional<std::string> cache_scope;
  std::optional<Path> workspace;    ///< copied to /workspace
  std::optional<std::chrono::milliseconds> ttl, idle;
  std::vector<std::string> allow, allow_cidr;  ///< doors
  std::vector<std::string> publish;  ///< PORT[:HOSTPORT]
  bool publish_declared = false;     ///< and the ports that the recipe declares: see port_plan.hpp
  bool ssh = false;                  ///< a port for SSH, too
  std::optional<std::string> bind;   ///< the address of the host for them
  std::optional<std::chrono::milliseconds> wait_ready;  ///< so long until something listens on them
  std::vector<std::string> grant;   ///< what the recipe asks for and may have; "all"
  std::vector<std::string> devices;  ///< by their CDI names
  bool no_devices = false;          ///< none, whatever the recipe asks for
  bool nested = false;
  bool no_network = false;          ///< no doors, whatever the recipe asks for
  bool proxy_variables = false;     ///< for programs that insist on a proxy
  bool no_services = false;
  bool evictable = false;
  std::optional<std::chrono::milliseconds> wait;  ///< for a place
  bool evict_oldest = false;
  std::vector<std::string> allow_missing, require;
  std::optional<std::string> engine;  ///< container or vm
  bool no_template = false;  ///< a virtual machine that shares no memory with others
  std::optional<std::string> ids;   ///< of a user's sandbox: auto, single or range
  bool lease = false;  ///< end with the launcher
  /// An empty folder that takes what it writes, for a step of a build: see engine::Spec::upper.
  /// Such a sandbox takes no place of the user's.
  std::optional<Path> building;
};

struct Launched {
  record::Sandbox sandbox;
  Fd channel;  ///< to the supervisor; with a lease, closing it ends the sandbox
};

/// A launch under way: everything is decided, and the supervisor carries it out.
class Launching {
 public:
  Launching(const store::Store& store, Child supervisor, Fd channel, record::Sandbox sandbox,
            std::vector<std::string> shown, Stopwatch watch)
      : store_(store), supervisor_(std::move(supervisor)), channel_(std::move(channel)),
        sandbox_(std::move(sandbox)), shown_(std::move(shown)), watch_(watch) {}

  const std::string& id() const { return sandbox_.id; }
  const std::vector<record::Port>& ports() const { return sandbox_.ports; }
  /// Paths inside at which files of ours are mounted; the image may have got them for that.
  const std::vector<std::string>& shown() const { return shown_; }

  /// Returns when the agent is ready and the limits are attached.
  Launched wait() &&;

 private:
  const store::Store& store_;
  Child supervisor_;
  Fd channel_;
  record::Sandbox sandbox_;
  std::vector<std::string> shown_;
  Stopwatch watch_;  // since the plan was sent
};

/// `first_client`, if given, is handed to the agent as soon as it starts: what was said on it
/// meanwhile waits there. Throws Error with the exit code of sandbox-exit(7), as wait() does: 2
/// bad request, 3 a wall is missing, 75 no place.
Launching begin_launch(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                       Fd first_client = {});

Launched launch(const store::Store& store, const config::Config& config, const LaunchRequest& request);

/// The same for an image that the store does not have, as one that is being built. The caller
/// sees to it that its layers stay.
Launching begin_launch(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                       const record::Image& image, Fd first_client = {});

/// Takes "SRC:DST[:rw]" → a share, checked: never the store, /, /proc, /sys, /dev, or a socket.
engine::Share parse_share(const store::Store& store, const std::string& text);

/// Throws unless something may be mounted there: an absolute path without "..", outside /proc, /sys and /dev.
void check_share_target(const std::string& target);

}  // namespace sandbox::life
