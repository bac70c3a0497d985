#include "config/config.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "record/json.hpp"

namespace sandbox::config {

namespace {

constexpr std::size_t kMaxFile = 1 << 20;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// One object of the file: each key has a setter, everything else is refused.
struct Key {
  std::string_view name;
  void (*set)(Config&, const Json&);
};

std::vector<std::string> words(const Json& value) { return value.get<std::vector<std::string>>(); }

std::uint64_t size_of(const Json& value) {
  return value.is_string() ? parse_size(value.get<std::string>()) : value.get<std::uint64_t>();
}

double price_of(const Json& value) {
  const double price = value.get<double>();
  if (!(price >= 0)) throw Error(ExitCode::input, "a price cannot be less than nothing", "see sandbox-config(5)");
  return price;
}

void set_limits(Config& config, const Json& value);

constexpr std::array kIsolation = {
    Key{"allow_missing", [](Config& c, const Json& v) { c.allow_missing = words(v); }},
    Key{"require", [](Config& c, const Json& v) { c.require = words(v); }},
    Key{"ids", [](Config& c, const Json& v) { c.ids = v.get<std::string>(); }},
    Key{"template", [](Config& c, const Json& v) { c.use_templates = v.get<bool>(); }},
    Key{"engine", [](Config& c, const Json& v) { c.engine = v.get<std::string>(); }},
};
constexpr std::array kExecution = {
    Key{"places", [](Config& c, const Json& v) { c.places = v.get<int>(); }},
    Key{"ttl", [](Config& c, const Json& v) { c.ttl = parse_duration(v.get<std::string>()); }},
    Key{"idle", [](Config& c, const Json& v) { c.idle = parse_duration(v.get<std::string>()); }},
    Key{"limits", set_limits},
};
constexpr std::array kDoors = {
    Key{"grants", [](Config& c, const Json& v) { c.grants = words(v); }},
    Key{"resolvers", [](Config& c, const Json& v) { c.resolvers = words(v); }},
    Key{"connections", [](Config& c, const Json& v) { c.door_connections = v.get<std::uint64_t>(); }},
    Key{"per_second", [](Config& c, const Json& v) { c.door_rate = v.get<std::uint64_t>(); }},
    Key{"bytes", [](Config& c, const Json& v) { c.door_bytes = size_of(v); }},
};
constexpr std::array kPorts = {
    Key{"bind", [](Config& c, const Json& v) { c.bind = v.get<std::string>(); }},
    Key{"connections", [](Config& c, const Json& v) { c.port_connections = v.get<std::uint64_t>(); }},
    Key{"per_second", [](Config& c, const Json& v) { c.port_rate = v.get<std::uint64_t>(); }},
};
constexpr std::array kDisk = {
    Key{"image", [](Config& c, const Json& v) { c.disk_image_bytes = size_of(v); }},
};
constexpr std::array kDevices = {
    Key{"folders", [](Config& c, const Json& v) { c.device_folders = words(v); }},
};
constexpr std::array kCache = {
    Key{"scope", [](Config& c, const Json& v) { c.cache_scope = v.get<std::string>(); }},
};
constexpr std::array kLog = {
    Key{"required", [](Config& c, const Json& v) { c.log.required = v.get<bool>(); }},
    Key{"output_digest", [](Config& c, const Json& v) { c.log.output_digest = v.get<bool>(); }},
    Key{"rotate", [](Config& c, const Json& v) { c.log.rotate_bytes = size_of(v); }},
    Key{"keep", [](Config& c, const Json& v) { c.log.keep = parse_duration(v.get<std::string>()); }},
};
constexpr std::array kPrices = {
    Key{"sandbox_hour", [](Config& c, const Json& v) { c.prices.sandbox_hour = price_of(v); }},
    Key{"cpu_hour", [](Config& c, const Json& v) { c.prices.cpu_hour = price_of(v); }},
    Key{"memory_gib_hour", [](Config& c, const Json& v) { c.prices.memory_gib_hour = price_of(v); }},
    Key{"currency", [](Config& c, const Json& v) { c.prices.currency = v.get<std::string>(); }},
};
constexpr std::array kLimits = {
    Key{"memory", [](Config& c, const Json& v) { c.limits.memory_bytes = size_of(v); }},
    Key{"disk", [](Config& c, const Json& v) { c.limits.disk_bytes = size_of(v); }},
    Key{"pids", [](Config& c, const Json& v) { c.limits.pids = v.get<std::uint64_t>(); }},
    Key{"cpus", [](Config& c, const Json& v) { c.limits.cpus = v.get<double>(); }},
    Key{"open_files", [](Config& c, const Json& v) { c.limits.open_files = v.get<std::uint64_t>(); }},
};

template <std::size_t N>
void set_keys(Config& config, const Json& object, const std::array<Key, N>& keys, const std::string& where) {
  if (!object.is_object()) throw Error(ExitCode::input, fmt::format("{}: not an object", where));
  for (const auto& [name, value] : object.items()) {
    const Key* found = nullptr;
    std::vector<std::string_view> names;
    for (const Key& key : keys) {
      names.push_back(key.name);
      if (key.name == name) found = &key;
    }
    const std::string shown = fmt::format("{}.{}", where, visible(name));
    if (!found) {
      const std::string near = nearest(name, names);
      throw Error(ExitCode::input, fmt::format("{}: unknown key", shown),
                  near.empty() ? "see sandbox-config(5)" : fmt::format("did you mean '{}'?", near));
    }
    try {
      found->set(config, value);
    } catch (const nlohmann::json::exception&) {
      throw Error(ExitCode::input, fmt::format("{}: wrong type", shown), "see sandbox-config(5)");
    }
  }
}

void set_limits(Config& config, const Json& value) { set_keys(config, value, kLimits, "limits"); }

constexpr std::array kTop = {
    Key{"isolation", [](Config& c, const Json& v) { set_keys(c, v, kIsolation, "isolation"); }},
    Key{"execution", [](Config& c, const Json& v) { set_keys(c, v, kExecution, "execution"); }},
    Key{"doors", [](Config& c, const Json& v) { set_keys(c, v, kDoors, "doors"); }},
    Key{"ports", [](Config& c, const Json& v) { set_keys(c, v, kPorts, "ports"); }},
    Key{"advertise", [](Config& c, const Json& v) { c.advertise = v.get<std::string>(); }},
    Key{"disk", [](Config& c, const Json& v) { set_keys(c, v, kDisk, "disk"); }},
    Key{"devices", [](Config& c, const Json& v) { set_keys(c, v, kDevices, "devices"); }},
    Key{"cache", [](Config& c, const Json& v) { set_keys(c, v, kCache, "cache"); }},
    Key{"log", [](Config& c, const Json& v) { set_keys(c, v, kLog, "log"); }},
    Key{"prices", [](Config& c, const Json& v) { set_keys(c, v, kPrices, "prices"); }},
};

Path user_directory() {
  if (const std::string given = environment("XDG_CONFIG_HOME"); !given.empty()) return given;
  return Path(environment("HOME")) / ".config";
}

void apply_environment(Config& config) {
  const std::string places = environment("SANDBOX_PLACES");
  if (places.empty()) return;
  int value = 0;
  const auto [end, error] = std::from_chars(places.data(), places.data() + places.size(), value);
  if (error != std::errc() || end != places.data() + places.size() || value < 1)
    throw Error(ExitCode::input, fmt::format("SANDBOX_PLACES '{}' is not a number of at least 1", visible(places)));
  config.places = value;
}

}  // namespace

void apply(Config& config, std::string_view text, const std::string& file) {
  set_keys(config, record::parse(text, file), kTop, file);
  if (config.places && (*config.places < 1 || *config.places > 16384))
    throw Error(ExitCode::input, fmt::format("{}: execution.places must be 1 to 16384", file));
  constexpr std::uint64_t kSmallestImage = 64 << 20;
  if (config.disk_image_bytes && *config.disk_image_bytes < kSmallestImage)
    throw Error(ExitCode::input, fmt::format("{}: disk.image must be at least 64M", file));
}

Config Config::load() {
  Config config;
  std::vector<Path> files = {"/etc/sandbox/config.json", user_directory() / "sandbox/config.json"};
  if (const std::string given = environment("SANDBOX_CONFIG"); !given.empty()) files = {given};
  for (const Path& file : files)
    if (const auto text = read_file_if_exists(file, kMaxFile)) apply(config, *text, file.native());
  apply_environment(config);
  return config;
}

}  // namespace sandbox::config
