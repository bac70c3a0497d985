#include "life/door_keeper.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "doors/supply.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

/// Below the ids of all sandboxes, one for each place: doormen cannot signal each other.
constexpr std::uint32_t kFirstDoorman = 0x6FFF0000;
constexpr timeval kPatience{10, 0};

/// What listens on every address is reached on this one.
std::string reachable(const std::string& host) { return host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host; }

/// Whoever asks has read hostile bytes: he hears of what a door leads to, and of nothing else.
doors::Peer found(doors::Peer peer, const doors::Rules& rules, const store::Store& store) {
  peer.host.clear();
  const auto door = rules.door(peer.name, peer.port);
  if (!door || !door->peer) return peer;
  try {
    const auto other = store::find_sandbox(store, peer.name.substr(0, peer.name.size() - doors::kPeerDomain.size()));
    if (!other || other->state != "running") return peer;
    const auto port = std::ranges::find(other->ports, peer.port, &record::Port::port);
    if (port == other->ports.end()) return peer;
    peer.host = reachable(port->host);
    peer.host_port = port->host_port;
  } catch (const Error&) {
    // A record that cannot be read leads nowhere.
  }
  return peer;
}

}  // namespace

DoorKeeper DoorKeeper::start(int place) {
  auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  if (::setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) < 0)
    throw_system_error("cannot limit the time of an answer");
  // Neither side waits for the other: what does not fit is counted and not told.
  auto [refusals, told] = make_pipe(O_NONBLOCK);
  auto [supply, supplied] = socket_pair(SOCK_SEQPACKET);
  Command command;
  command.program = libexec_directory() / "sandbox-doorman";
  command.arguments = {"sandbox-doorman"};
  command.descriptors = {{theirs.get(), 3}, {told.get(), 4}, {supplied.get(), 5}};
  return {Child::spawn(command), std::move(ours), std::move(refusals), std::move(supply), place};
}

void DoorKeeper::supply(const Fd& process, const store::Store& store) {
  const doors::Wishes wishes = doors::wishes(supply_);
  if (wishes.sockets) doors::supply_sockets(supply_, process, *wishes.sockets);
  for (const doors::Peer& peer : wishes.peers) doors::tell_peer(supply_, found(peer, orders_.rules, store));
}

std::optional<doors::Report> DoorKeeper::close() {
  // What it still hears from us is the end; we still hear it.
  if (::shutdown(control_.get(), SHUT_WR) < 0) return std::nullopt;
  return doors::receive_report(control_);
}

/// Names and proxy are made with the first door: a sandbox that has only ports is to see none.
doors::Sockets DoorKeeper::fresh_sockets(const Fd& process, const doors::Rules& rules) {
  std::vector<std::uint16_t> fresh;
  std::ranges::set_difference(rules.ports(), orders_.rules.ports(), std::back_inserter(fresh));
  if (rules.rules.empty() && !has_ground_) return {};
  doors::Sockets made = doors::make_sockets(process, fresh, has_ground_ ? doors::Ground::prepared : doors::Ground::bare);
  has_ground_ = true;
  return made;
}

void DoorKeeper::command(const Fd& process, doors::Orders orders, std::vector<Fd> listeners) {
  doors::check_ports(orders);
  auto [names, sockets] = fresh_sockets(process, orders.rules);
  auto listener = listeners.begin();
  for (const doors::Port& port : orders.ports) {
    if (std::ranges::find(orders_.ports, port.socket_name(), &doors::Port::socket_name) != orders_.ports.end()) continue;
    if (listener == listeners.end()) throw Error(ExitCode::failed, "a port came without its socket");
    names.push_back(port.socket_name());
    sockets.push_back(std::move(*listener++));
  }
  orders_ = std::move(orders);
  if (::geteuid() == 0) orders_.user = kFirstDoorman + static_cast<std::uint32_t>(place_);
  orders_.sockets = std::move(names);
  doors::send_orders(control_, orders_, sockets);
  char answer[1024];
  const ssize_t n = ::recv(control_.get(), answer, sizeof answer, 0);
  const std::string_view text(answer, n > 0 ? static_cast<std::size_t>(n) : 0);
  if (text != "done") throw Error(HostCheck::doors, text.empty() ? "the doorman does not answer" : std::string(text));
}

}  // namespace sandbox::life
