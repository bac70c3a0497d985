#include "life/port_plan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doors/address.hpp"
#include "doors/places.hpp"
#include "life/door_plan.hpp"
#include "store/images.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMostPorts = 32;
constexpr const char* kLoopback = "127.0.0.1";

std::uint16_t parse_port(std::string_view digits, std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
    throw Error(ExitCode::input, fmt::format("--publish '{}': '{}' is not a port", visible(text), visible(digits)), "PORT or PORT:HOSTPORT");
  return port;
}

doors::Address parse_bind(const std::string& text) {
  const auto address = doors::parse_address(text);
  if (!address)
    throw Error(ExitCode::input, fmt::format("--bind '{}' is not an address", visible(text)), "127.0.0.1, 0.0.0.0, or another of this host's");
  return *address;
}

/// As somebody else would name this host, when it listens for others.
std::string name_of(const doors::Address& address, const config::Config& config) {
  if (config.advertise) return *config.advertise;
  const bool any = std::ranges::all_of(address.bytes, [](std::uint8_t byte) { return byte == 0; });
  char name[HOST_NAME_MAX + 1] = {};
  if (any && ::gethostname(name, sizeof name - 1) == 0) return name;
  return fmt::format(fmt::runtime(address.six ? "[{}]" : "{}"), doors::address_text(address));
}

}  // namespace

Publishing parse_publishing(std::string_view text) {
  const std::size_t colon = text.find(':');
  Publishing wanted{parse_port(text.substr(0, colon), text), {}};
  if (wanted.port == doors::kSshPort)
    throw Error(ExitCode::input, fmt::format("--publish '{}': port {} inside is that of --ssh", visible(text), wanted.port), "publish another");
  if (colon != text.npos) wanted.host_port = parse_port(text.substr(colon + 1), text);
  return wanted;
}

std::vector<PortWish> port_wishes(const std::vector<std::string>& publish, const std::optional<std::string>& bind, const config::Config& config) {
  const doors::Address address = parse_bind(bind.value_or(config.bind.value_or(kLoopback)));
  std::vector<PortWish> wishes;
  for (const std::string& text : publish) {
    const Publishing wanted = parse_publishing(text);
    wishes.push_back({wanted.port, wanted.host_port, doors::address_text(address), name_of(address, config), config.port_rate.value_or(100)});
  }
  return wishes;
}

void settle_ports(const store::Store& store, LaunchRequest& request) {
  if (!request.publish_declared) return;
  const record::Image image = store::find_image(store, request.image);
  if (image.defaults.ports.empty())
    throw Error(ExitCode::input, fmt::format("--publish-all: the recipe of '{}' declares no ports", visible(image.name)), "--publish PORT names one");
  request.image = image.digest;
  std::set<int> named;
  for (const std::string& text : request.publish) named.insert(parse_publishing(text).port);
  for (const int port : image.defaults.ports)
    if (!named.contains(port)) request.publish.push_back(std::to_string(port));
}

std::vector<Fd> plan_ports(Plan& plan, const config::Config& config, const LaunchRequest& request) {
  if (request.publish.empty() && !request.ssh) {
    if (request.bind || request.wait_ready)
      throw Error(ExitCode::input, fmt::format("{} without any port", request.bind ? "--bind" : "--wait-ready"), "add --publish PORT");
    return {};
  }
  if (request.publish.size() > kMostPorts) throw Error(ExitCode::input, fmt::format("more than {} ports", kMostPorts));
  std::vector<PortWish> wishes = port_wishes(request.publish, request.bind, config);
  if (request.ssh) {
    const doors::Address address = parse_bind(request.bind.value_or(config.bind.value_or(kLoopback)));
    wishes.push_back({doors::kSshPort, {}, doors::address_text(address), name_of(address, config), 0});
  }
  if (!plan.doors) plan.doors = orders_without_doors(config);
  std::vector<Fd> listeners;
  for (const PortWish& wish : wishes) {
    TakenPort taken = take_port(wish);
    plan.sandbox.ports.push_back(std::move(taken.shown));
    plan.doors->ports.push_back(std::move(taken.port));
    listeners.push_back(std::move(taken.listener));
  }
  doors::check_ports(*plan.doors);
  plan.wait_ready = request.wait_ready;
  return listeners;
}

}  // namespace sandbox::life
