#pragma once
// Port plan: which ways in a sandbox gets. They are taken before it starts, by listening: the kernel
// decides who of several launches gets a port.
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "config/config.hpp"
#include "life/launch.hpp"
#include "life/plan.hpp"
#include "life/taken_port.hpp"

namespace sandbox::life {

/// What --publish says.
struct Publishing {
  std::uint16_t port = 0;
  std::optional<std::uint16_t> host_port;  ///< nothing: any that is free
};
Publishing parse_publishing(std::string_view text);

/// `bind`: an address; nothing: as configured. Throws Error(input).
std::vector<PortWish> port_wishes(const std::vector<std::string>& publish, const std::optional<std::string>& bind, const config::Config& config);

/// With --publish-all: names the ports that the image declares among those to publish, and from
/// here on exactly that image. Throws Error(input) when it declares none.
void settle_ports(const store::Store& store, LaunchRequest& request);

/// Adds ports to the plan; returns their listening sockets in the same order. Throws Error(input) on
/// nonsense, Error(later) when none is free, Error(host) where we may not listen.
std::vector<Fd> plan_ports(Plan& plan, const config::Config& config, const LaunchRequest& request);

}  // namespace sandbox::life
