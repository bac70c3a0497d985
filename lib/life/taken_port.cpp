#include "life/taken_port.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doors/address.hpp"
#include "doors/places.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

namespace {

constexpr int kBacklog = 128;

/// Of the host, where nobody chose one.
struct Range {
  std::uint16_t first, last;
};
constexpr Range kPublished{3000, 3099}, kSsh{2200, 2299};
constexpr std::uint64_t kSshPerMinute = 10;

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

Fd listen_for(const PortWish& wish, const doors::Address& address, std::uint16_t& port) {
  if (!wish.host_port) return take_one_of(wish.port == doors::kSshPort ? kSsh : kPublished, address, port);
  port = *wish.host_port;
  if (Fd socket = listen_at(address, port)) return socket;
  throw Error(ExitCode::later, fmt::format("port {} of {} is taken", port, doors::address_text(address)),
              "choose another, or none: --publish PORT takes one that is free");
}

}  // namespace

void to_json(Json& json, const PortWish& wish) {
  json = {{"port", wish.port}, {"host_port", record::or_null(wish.host_port)}, {"host", wish.host},
          {"name", wish.name}, {"per_second", wish.per_second}};
}

void from_json(const Json& json, PortWish& wish) {
  wish.port = record::field<std::uint16_t>(json, "port");
  wish.host_port = record::field_if<std::uint16_t>(json, "host_port");
  wish.host = record::field<std::string>(json, "host");
  wish.name = record::field<std::string>(json, "name");
  wish.per_second = record::field<std::uint64_t>(json, "per_second");
}

TakenPort take_port(const PortWish& wish) {
  const auto address = doors::parse_address(wish.host);
  if (!address) throw Error(ExitCode::input, fmt::format("'{}' is not an address", visible(wish.host)));
  const bool ssh = wish.port == doors::kSshPort;
  std::uint16_t host_port = 0;
  Fd listener = listen_for(wish, *address, host_port);
  const std::uint64_t per_minute = ssh ? kSshPerMinute : 60 * wish.per_second;
  const std::uint64_t burst = ssh ? kSshPerMinute : std::max<std::uint64_t>(wish.per_second, 1);
  return {{wish.port, wish.host, host_port, fmt::format("{}://{}:{}", ssh ? "ssh" : "http", wish.name, host_port)},
          {wish.port, wish.host, host_port, per_minute, burst},
          std::move(listener)};
}

}  // namespace sandbox::life
