#include "build/run_time.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "record/device.hpp"
#include "store/images.hpp"

namespace sandbox::build {

std::map<std::string, std::string> take_caches(const Values& values, const Yaml& node) {
  std::map<std::string, std::string> caches;
  values.each_free(node, [&](const Yaml::Entry& entry) {
    if (!store::is_name(entry.key))
      throw values.problem(entry.place, fmt::format("'{}' is not a cache's name (lower-case letters, digits, '.', '_', '-')",
                                                    visible(entry.key)));
    const std::string path = values.absolute_path(entry.value);
    for (const char* reserved : {"/proc", "/sys", "/dev"})
      if (path == reserved || path.starts_with(std::string(reserved) + "/"))
        throw values.problem(entry.value, fmt::format("a cache cannot be in {}", reserved));
    if (path == "/") throw values.problem(entry.value, "a cache cannot be the whole sandbox");
    caches[entry.key] = path;
  });
  return caches;
}

std::vector<std::string> take_devices(const Values& values, const Yaml& node) {
  std::vector<std::string> devices;
  for (const Yaml& item : values.list(node)) {
    const std::string name = values.text(item);
    if (!record::is_device_name(name))
      throw values.problem(item, fmt::format("'{}' is not a device's name (VENDOR/CLASS=NAME, as CDI has it)", visible(name)));
    if (std::ranges::find(devices, name) == devices.end()) devices.push_back(name);
  }
  return devices;
}

std::vector<int> take_ports(const Values& values, const Yaml& node) {
  constexpr std::size_t kMost = 32;
  std::vector<int> ports;
  for (const Yaml& item : values.list(node)) {
    const int port = static_cast<int>(values.whole(item, 1, 65535));
    if (std::ranges::find(ports, port) != ports.end()) throw values.problem(item, fmt::format("port {} is listed twice", port));
    ports.push_back(port);
  }
  if (ports.size() > kMost) throw values.problem(node, fmt::format("more than {} ports", kMost));
  return ports;
}

}  // namespace sandbox::build
