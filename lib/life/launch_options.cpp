#include "life/launch_options.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "doors/presets.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxSecret = 64 << 10;

/// NAME takes the value of our environment, NAME=FILE the content of a file. Values never
/// appear on a command line, where every user of the host could read them.
void take_secret(LaunchRequest& request, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (name.empty()) throw Error(ExitCode::input, "--secret: the name is empty");
  if (equals != std::string::npos) {
    std::string value = read_file(text.substr(equals + 1), kMaxSecret);
    if (!value.empty() && value.back() == '\n') value.pop_back();  // editors add it, nobody means it
    request.secrets[name] = std::move(value);
  } else if (const char* value = std::getenv(name.c_str())) {
    request.secrets[name] = value;
  } else {
    throw Error(ExitCode::input, fmt::format("--secret '{}': no such variable here", visible(name)),
                "set the variable, or write NAME=FILE");
  }
}

void add_limits(cli::Options& options, record::Limits& limits) {
  options.size("--memory", limits.memory_bytes, "Memory of all its processes together");
  options.size("--disk", limits.disk_bytes, "Everything written, together");
  options.option("--pids", limits.pids, "N", "Processes and threads");
  options.option("--cpus", limits.cpus, "N", "Processor time, in processors: 0.5, 2");
  options.option("--open-files", limits.open_files, "N", "Open files of one process");
}

void add_walls(cli::Options& options, LaunchRequest& request) {
  options.option("--require", request.require, "WALL", "Refuse to start unless this wall is up")->expected(1)->take_all();
  options
      .option("--allow-missing", request.allow_missing, "WALL",
              "Start although this wall cannot be raised: memory, pids or disk")
      ->expected(1)
      ->take_all();
  options.option("--engine", request.engine, "WHICH", "How it is isolated: container (namespaces) or vm (a kernel of its own)");
  options.words("--engine", {"container", "vm"});
  options.flag("--no-template", request.no_template, "A virtual machine starts from nothing, and shares no memory with others");
  options.option("--ids", request.ids, "WHICH", "What users it can have: auto, single (root only) or range");
  options.words("--ids", {"auto", "single", "range"});
}

void add_doors(cli::Options& options, LaunchRequest& request) {
  options
      .option("--allow", request.allow, "RULE",
              "A door out: HOST, HOST:PORT[,PORT], HOST:PORT/raw, '*.DOMAIN', open, sandbox:NAME:PORT; apt, npm, pip, go, cargo, git:HOST")
      ->expected(1)
      ->take_all();
  options.option("--allow-cidr", request.allow_cidr, "BLOCK", "Doors may lead to these private addresses")->expected(1)->take_all();
  options.option("--grant", request.grant, "RULE", "Allow what the recipe asks for: a door, cache:NAME, device:NAME, nested; all: everything")
      ->expected(1)
      ->take_all();
  options.app()
      .add_option_function<std::string>(
          "--network",
          [&request](const std::string& which) {
            if (which != "none") throw Error(ExitCode::input, fmt::format("--network '{}': only 'none' is known", visible(which)));
            request.no_network = true;
          },
          "none: no doors, whatever the recipe asks for")
      ->type_name("WHICH");
  options.words("--network", {"none"});
  options.words("--allow", known_rules());
  options.words("--grant", known_rules());
  options.flag("--proxy-variables", request.proxy_variables, "Set http_proxy and its like to the proxy of the doors");
}

void add_ports(cli::Options& options, LaunchRequest& request) {
  options
      .option("-p,--publish", request.publish, "PORT[:HOSTPORT]",
              "A way in: this port inside, by a port of the host; without HOSTPORT, a free one from 3000 to 3099")
      ->expected(1)
      ->take_all();
  options.flag("-P,--publish-all", request.publish_declared, "The same for every port that the image's recipe declares");
  options.option("--bind", request.bind, "ADDRESS", "The address of the host for published ports; default 127.0.0.1");
}

void add_places(cli::Options& options, LaunchRequest& request) {
  options.duration("--wait", request.wait, "Wait so long for a place; without it, 75 when all are taken");
  options.app()
      .add_option_function<std::string>(
          "--evict",
          [&request](const std::string& which) {
            if (which != "oldest") throw Error(ExitCode::input, fmt::format("--evict '{}': only 'oldest' is known", visible(which)));
            request.evict_oldest = true;
          },
          "oldest: end the oldest sandbox launched with --evictable for a place")
      ->type_name("WHICH");
  options.words("--evict", {"oldest"});
  options.flag("--evictable", request.evictable, "Others may end it for its place");
}

}  // namespace

std::vector<std::string> known_rules() {
  const auto presets = doors::preset_names();
  return {presets.begin(), presets.end()};
}

void add_launch_options(cli::Options& options, LaunchRequest& request) {
  add_limits(options, request.limits);
  options.pairs("-e,--env", request.env, cli::Options::Bare::inherited, "Set a variable for every command");
  options.app()
      .add_option_function<std::vector<std::string>>(
          "--secret",
          [&request](const std::vector<std::string>& all) {
            for (const std::string& one : all) take_secret(request, one);
          },
          "Like --env, but redacted in every output and in no record")
      ->type_name("NAME[=FILE]")
      ->expected(1)
      ->take_all();
  options.option("-u,--user", request.user, "USER", "User of the commands: NAME, UID, NAME:GROUP or UID:GID");
  options.option("-w,--workdir", request.workdir, "DIR", "Working directory of the commands");
  options.pairs("-l,--label", request.labels, cli::Options::Bare::empty, "Label the sandbox");
  options.option("--mount", request.mounts, "SRC:DST[:rw]", "Show a folder of the host inside, read-only unless :rw")
      ->expected(1)
      ->take_all();
  options.option("--device", request.devices, "NAME", "A device of the host by its CDI name: vendor.com/class=name")->expected(1)->take_all();
  options.flag("--no-devices", request.no_devices, "No devices, whatever the recipe asks for");
  options.flag("--nested", request.nested, "Namespaces may be made inside, for programs that sandbox themselves");
  options.option("--cache", request.caches, "NAME:PATH", "A named folder that outlives the sandbox")->expected(1)->take_all();
  options.flag("--no-caches", request.no_caches, "No caches, whatever the recipe asks for");
  options.option("--cache-scope", request.cache_scope, "SCOPE",
                 "Whose caches; another scope than 'trusted' starts with a copy of the trusted cache");
  options.flag("--no-services", request.no_services, "Do not start the image's services");
  options.option("--workspace", request.workspace, "DIR", "Copy this folder to /workspace");
  options.duration("--idle", request.idle, "End it after so long without a command");
  options.duration("--ttl", request.ttl, "End it after so long; default 2h");
  add_doors(options, request);
  add_ports(options, request);
  add_walls(options, request);
  add_places(options, request);
}

}  // namespace sandbox::life
