#include "life/port_plan.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doors/address.hpp"
#include "doors/places.hpp"
#include "life/door_plan.hpp"

namespace sandbox::life {

namespace {

constexpr int kBacklog = 128;
constexpr std::size_t kMostPorts = 32;
constexpr const char* kLoopback = "127.0.0.1";

/// Of the host, where nobody chose one.
struct Range {
  std::uint16_t first, last;
};
constexpr Range kPublished{3000, 3099}, kSsh{2200, 2299};
constexpr std::uint64_t kSshPerMinute = 10;

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

/// Empty when somebody else listens there.
Fd listen_at(const doors::Address& address, std::uint16_t port) {
  socklen_t length = 0;
  const sockaddr_storage where = doors::socket_address(address, port, length);
  Fd socket = checked_fd(::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "cannot make a socket");
  const int yes = 1;
  // So that a port can be taken again while old connections linger. Two may be bound then; only one
  // of them can listen.
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
      (address.six && ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) < 0))
    throw_system_error("cannot prepare a socket");
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), length) == 0 && ::listen(socket.get(), kBacklog) == 0) return socket;
  if (errno == EADDRINUSE) return {};
  const std::string subject = fmt::format("{}:{}", doors::address_text(address), port);
  const std::string hint = errno == EACCES ? "ports below 1024 are root's: choose another" : "--bind takes an address of this host";
  throw Error(HostCheck::network, fmt::format("cannot listen on '{}': {}", subject, error_text(errno)), hint);
}

Fd take_one_of(const Range& range, const doors::Address& address, std::uint16_t& port) {
  for (unsigned candidate = range.first; candidate <= range.last; ++candidate)
    if (Fd socket = listen_at(address, port = static_cast<std::uint16_t>(candidate))) return socket;
  throw Error(ExitCode::later, fmt::format("all ports from {} to {} of {} are taken", range.first, range.last, doors::address_text(address)),
              "end a sandbox that has one, or choose one: --publish PORT:HOSTPORT");
}

Fd take(const Publishing& wanted, const doors::Address& address, std::uint16_t& port) {
  if (!wanted.host_port) return take_one_of(kPublished, address, port);
  port = *wanted.host_port;
  if (Fd socket = listen_at(address, port)) return socket;
  throw Error(ExitCode::later, fmt::format("port {} of {} is taken", port, doors::address_text(address)),
              "choose another, or none: --publish PORT takes one that is free");
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

std::vector<Fd> plan_ports(Plan& plan, const config::Config& config, const LaunchRequest& request) {
  if (request.publish.empty() && !request.ssh) {
    if (request.bind || request.wait_ready)
      throw Error(ExitCode::input, fmt::format("{} without any port", request.bind ? "--bind" : "--wait-ready"), "add --publish PORT");
    return {};
  }
  if (request.publish.size() > kMostPorts) throw Error(ExitCode::input, fmt::format("more than {} ports", kMostPorts));
  const doors::Address address = parse_bind(request.bind.value_or(config.bind.value_or(kLoopback)));
  const std::string host = doors::address_text(address), name = name_of(address, config);
  if (!plan.doors) plan.doors = orders_without_doors(config);
  std::vector<Fd> listeners;
  for (const std::string& text : request.publish) {
    const Publishing wanted = parse_publishing(text);
    std::uint16_t host_port = 0;
    listeners.push_back(take(wanted, address, host_port));
    plan.sandbox.ports.push_back({wanted.port, host, host_port, fmt::format("http://{}:{}", name, host_port)});
    const std::uint64_t rate = config.port_rate.value_or(100);
    plan.doors->ports.push_back({wanted.port, host, host_port, 60 * rate, std::max<std::uint64_t>(rate, 1)});
  }
  if (request.ssh) {
    std::uint16_t host_port = 0;
    listeners.push_back(take_one_of(kSsh, address, host_port));
    plan.sandbox.ports.push_back({doors::kSshPort, host, host_port, fmt::format("ssh://{}:{}", name, host_port)});
    plan.doors->ports.push_back({doors::kSshPort, host, host_port, kSshPerMinute, kSshPerMinute});
  }
  doors::check_ports(*plan.doors);
  plan.wait_ready = request.wait_ready;
  return listeners;
}

}  // namespace sandbox::life
