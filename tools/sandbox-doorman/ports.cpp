#include "ports.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "sockets.hpp"

namespace sandbox::doorman {

namespace {

constexpr int kAcceptsAtOnce = 64;
constexpr std::chrono::milliseconds kPause{20};

std::string text_of(const sockaddr_storage& peer) {
  const auto address = doors::address_of(peer);
  if (!address) return "?";
  return fmt::format(fmt::runtime(address->six ? "[{}]:{}" : "{}:{}"), doors::address_text(*address), doors::port_of(peer));
}

}  // namespace

Ports::~Ports() {
  for (const auto& [name, port] : ports_) house_.loop.forget(port.listener.get());
}

void Ports::close(Port& port) {
  house_.loop.forget(port.listener.get());
  port.pause.reset();
  while (!port.arrivals.empty()) port.arrivals.front()->shut();
}

void Ports::take_socket(const std::string& name, Fd socket) {
  const auto what = std::ranges::find(house_.orders.ports, name, &doors::Port::socket_name);
  if (what == house_.orders.ports.end()) return;
  const auto [place, fresh] = ports_.try_emplace(name, *what, std::move(socket), static_cast<double>(what->burst), Clock::now());
  if (!fresh) return;
  house_.loop.watch(place->second.listener.get(), EPOLLIN, *this);
  if (ports_.size() == 1) supply_.begin();
}

void Ports::follow() {
  for (auto entry = ports_.begin(); entry != ports_.end();) {
    auto& [name, port] = *entry;
    const auto what = std::ranges::find(house_.orders.ports, name, &doors::Port::socket_name);
    if (what != house_.orders.ports.end()) {
      port.what = *what;
      ++entry;
      continue;
    }
    close(port);
    if (closed_.size() < doors::Report::kMost) closed_.push_back(use_of(port));
    entry = ports_.erase(entry);
  }
}

record::PortUse Ports::use_of(const Port& port) {
  return {port.what.port, port.what.host, port.what.host_port, port.passage.connections, port.refused, port.passage.bytes_in, port.passage.bytes_out};
}

void Ports::tell(doors::Report& report) const {
  report.ports = closed_;
  for (const auto& [name, port] : ports_) report.ports.push_back(use_of(port));
}

bool Ports::take_token(Port& port) {
  const Clock::time_point now = Clock::now();
  const double minutes = std::chrono::duration<double, std::ratio<60>>(now - port.filled).count();
  port.tokens = std::min(static_cast<double>(port.what.burst), port.tokens + minutes * static_cast<double>(port.what.per_minute));
  port.filled = now;
  if (port.tokens < 1) return false;
  port.tokens -= 1;
  return true;
}

void Ports::ready(int fd, std::uint32_t) {
  const auto found = std::ranges::find_if(ports_, [fd](const auto& entry) { return entry.second.listener.get() == fd; });
  if (found == ports_.end()) return;
  Port& port = found->second;
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    Fd socket(::accept4(fd, reinterpret_cast<sockaddr*>(&peer), &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)) return;
    if (!socket) break;  // no descriptors left: it is still there later
    if (open_ >= house_.orders.limits.port_connections)
      refuse(port, socket, fmt::format("{} connections are open already", open_));
    else if (!take_token(port))
      refuse(port, socket, fmt::format("more than {} connections a minute", port.what.per_minute));
    else
      admit(port, std::move(socket), text_of(peer));
  }
  // So many at once are a flood, or soon will be: others have their turn, and the kernel keeps or
  // drops who comes meanwhile.
  pause(port);
}

void Ports::pause(Port& port) {
  if (!port.pause) port.pause = std::make_unique<Timer>(house_.loop);
  house_.loop.change(port.listener.get(), 0);
  port.pause->set(kPause, [this, &port] { house_.loop.change(port.listener.get(), EPOLLIN); });
}

void Ports::refuse(Port& port, const Fd& socket, const std::string& why) {
  ++port.refused;
  house_.refusals.add({std::nullopt, port.what.host_port}, "limit",
                      fmt::format("port {} of {}: {}", port.what.host_port, port.what.host, why), {});
  make_abrupt(socket);
}

void Ports::admit(Port& port, Fd socket, const std::string& peer) {
  ++open_;
  port.arrivals.emplace_back();
  const auto place = std::prev(port.arrivals.end());
  const auto begun = [this, &port, peer](const std::string& problem) {
    port.refused += !problem.empty();
    accesses_.add({"", port.what.port, port.what.host, port.what.host_port, peer, problem.empty() ? std::nullopt : std::optional(problem)});
  };
  *place = std::make_unique<Arrival>(Arrival::Way{house_, supply_, port.what.port, port.passage}, std::move(socket), begun, [this, &port, place] {
    // The arrival is on the stack: it goes when the loop is through with it.
    house_.loop.soon([arrival = std::shared_ptr<Arrival>(std::move(*place))] {});
    port.arrivals.erase(place);
    --open_;
  });
  (*place)->start();
}

}  // namespace sandbox::doorman
