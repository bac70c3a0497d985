#include "life/device_plan.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "life/cdi.hpp"
#include "life/grants.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMostNodes = 200;  // as many descriptors as one message takes, and room

std::vector<std::string> wanted(const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  std::vector<std::string> all = request.devices;
  for (const std::string& name : all)
    if (!record::is_device_name(name))
      throw Error(ExitCode::input, fmt::format("not a device's name: '{}'", visible(name)), "vendor.com/class=name, as CDI has it");
  std::string refused;
  for (const std::string& asked : image.defaults.devices) {
    if (std::ranges::count(all, asked) != 0) continue;
    if (is_granted("device:" + asked, config, request)) all.push_back(asked);
    else refused += (refused.empty() ? "" : ", ") + visible(asked);
  }
  if (!refused.empty())
    throw Error(ExitCode::input, fmt::format("the recipe of '{}' asks for devices that are not granted: {}", visible(image.name), refused),
                "--grant device:NAME for each, --grant all, or --no-devices to go without");
  return all;
}

/// Root's nodes are made anew, for root inside; a user's are the host's own, with its rights.
engine::DeviceNode checked_node(const CdiNode& node) {
  struct stat info {};
  if (::stat(node.host.c_str(), &info) < 0)
    throw Error(HostCheck::devices, fmt::format("the device '{}' is not there: {}", visible(node.host.native()), error_text(errno)),
                "load its driver, or --no-devices to go without");
  const bool is_device = S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode);
  const bool as_said = (!node.major || *node.major == major(info.st_rdev)) && (!node.minor || *node.minor == minor(info.st_rdev));
  if (!is_device || !as_said)
    throw Error(HostCheck::devices, fmt::format("'{}' is not the device that was described", visible(node.host.native())),
                "have its vendor's tool describe it again");
  if (::geteuid() != 0 && ::access(node.host.c_str(), R_OK | W_OK) < 0)
    throw Error(HostCheck::devices, fmt::format("the device '{}' is closed to uid {}", visible(node.host.native()), ::geteuid()),
                "add the user to the group that may use it");
  return {node.host, node.path, node.mode.value_or(info.st_mode) & 0777};
}

void add(Plan& plan, const std::string& name, CdiEdits edits) {
  record::Device device{name, {}, std::move(edits.ignored)};
  for (const CdiNode& node : edits.nodes) {
    device.nodes.push_back(node.path);
    const bool there = std::ranges::any_of(plan.spec.devices, [&](const auto& other) { return other.target == node.path; });
    if (!there) plan.spec.devices.push_back(checked_node(node));
  }
  for (const CdiMount& mount : edits.mounts) {
    check_share_target(mount.path);
    const bool there = std::ranges::any_of(plan.spec.shares, [&](const auto& other) { return other.target == mount.path; });
    if (!there) plan.spec.shares.push_back({mount.host, mount.path, false});
  }
  for (const std::string& text : edits.env) plan.env.emplace(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
  if (plan.spec.devices.size() + plan.spec.shares.size() + plan.spec.layers.size() > kMostNodes)
    throw Error(HostCheck::devices, fmt::format("the device '{}' needs more nodes and files than can be shown", visible(name)));
  plan.sandbox.devices.push_back(std::move(device));
}

}  // namespace

void plan_devices(Plan& plan, const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  if (request.no_devices) {
    if (!request.devices.empty()) throw Error(ExitCode::input, "--no-devices and --device contradict each other");
    return;
  }
  for (const std::string& name : wanted(config, request, image)) add(plan, name, find_device(config.device_folders, name));
}

}  // namespace sandbox::life
