#include "doorman.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/error.hpp"

namespace sandbox::doorman {

namespace {

constexpr int kAcceptsAtOnce = 64;

/// Each visit has two sockets, perhaps two pipes, and attempts to connect on the way.
std::uint64_t most_visits() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > 256 ? (limit.rlim_cur - 256) / 6 : 1;
}

}  // namespace

Doorman::Doorman(Tools tools, Fd control)
    : house_{tools.loop, tools.resolver, tools.refusals, tools.supply, {}},
      control_(std::move(control)),
      pause_(tools.loop),
      published_(house_, tools.supply, tools.accesses) {
  house_.loop.watch(control_.get(), EPOLLIN, *this);
}

Doorman::~Doorman() {
  visits_.clear();
  names_.reset();
  house_.loop.forget(control_.get());
  house_.loop.forget(proxy_.get());
  for (const auto& [port, socket] : ports_) house_.loop.forget(socket.get());
}

void Doorman::ready(int fd, std::uint32_t) {
  if (fd == control_.get()) return hear_supervisor();
  welcome(fd);
}

void Doorman::hear_supervisor() {
  auto news = doors::receive_orders(control_);
  if (!news) return say_goodbye();
  follow(std::move(news->first), std::move(news->second));
  constexpr std::string_view kDone = "done";
  // The supervisor waits for it: rules that it speaks of are in force.
  if (::send(control_.get(), kDone.data(), kDone.size(), MSG_NOSIGNAL) < 0) house_.loop.stop();
}

/// The supervisor says no more. If it still listens, the sandbox is at its end.
void Doorman::say_goodbye() {
  doors::Report report;
  report.passages = house_.ledger.all();
  house_.refusals.tell(report);
  published_.tell(report);
  doors::send_report(control_, report);
  house_.loop.stop();
}

void Doorman::follow(doors::Orders orders, std::vector<Fd> sockets) {
  const bool first = !std::exchange(follows_, true);
  const std::uint64_t most = most_visits(), most_in = orders.ports.empty() ? 0 : most / 4;
  orders.limits.connections = std::min(orders.limits.connections, most - most_in);
  orders.limits.port_connections = std::min(orders.limits.port_connections, most_in);
  if (first) {
    house_.allowance.left = orders.limits.bytes;
    tokens_ = static_cast<double>(orders.limits.per_second);
  }
  house_.orders = std::move(orders);
  // The datagrams' socket comes with the streams' one behind it.
  const std::vector<std::string>& names = house_.orders.sockets;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (names[i] == "names" && i + 1 < sockets.size()) {
      names_ = std::make_unique<Names>(house_, std::move(sockets[i]), std::move(sockets[i + 1]));
      ++i;
    } else if (names[i].starts_with("listen ")) {
      published_.take_socket(names[i], std::move(sockets[i]));
    } else {
      take_socket(names[i], std::move(sockets[i]));
    }
  }
  forget_ports_without_rules();
  published_.follow();
  end_what_is_shut();
}

void Doorman::take_socket(const std::string& name, Fd socket) {
  house_.loop.watch(socket.get(), EPOLLIN, *this);
  if (name == "proxy") {
    proxy_ = std::move(socket);
    return;
  }
  std::uint16_t port = 0;
  std::from_chars(name.data(), name.data() + name.size(), port);
  if (const auto old = ports_.find(port); old != ports_.end()) house_.loop.forget(old->second.get());
  ports_[port] = std::move(socket);
}

void Doorman::forget_ports_without_rules() {
  const std::vector<std::uint16_t> wanted = house_.orders.rules.ports();
  std::erase_if(ports_, [&](const auto& entry) {
    const bool gone = !std::ranges::binary_search(wanted, entry.first);
    if (gone) house_.loop.forget(entry.second.get());
    return gone;
  });
}

void Doorman::end_what_is_shut() {
  std::vector<Visit*> shut;
  for (const auto& visit : visits_)
    if (!visit->is_still_allowed()) shut.push_back(visit.get());
  for (Visit* visit : shut) visit->shut();
}

bool Doorman::take_token() {
  const auto per_second = static_cast<double>(house_.orders.limits.per_second);
  const Clock::time_point now = Clock::now();
  tokens_ = std::min(per_second, tokens_ + std::chrono::duration<double>(now - filled_).count() * per_second);
  filled_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

/// Too many in this second: those who come wait in the kernel's queue.
void Doorman::pause() {
  for (const auto& [port, socket] : ports_) house_.loop.change(socket.get(), 0);
  if (proxy_) house_.loop.change(proxy_.get(), 0);
  pause_.set(std::chrono::milliseconds(50), [this] { listen_again(); });
}

void Doorman::listen_again() {
  for (const auto& [port, socket] : ports_) house_.loop.change(socket.get(), EPOLLIN);
  if (proxy_) house_.loop.change(proxy_.get(), EPOLLIN);
}

void Doorman::welcome(int listener) {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (!take_token()) return pause();
    Fd socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) {
      tokens_ += 1;
      return;
    }
    admit(std::move(socket), listener == proxy_.get() ? Visit::Entrance::proxy : Visit::Entrance::door);
  }
}

void Doorman::admit(Fd socket, Visit::Entrance entrance) {
  sockaddr_in target{};
  socklen_t length = sizeof target;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&target), &length) < 0) return;
  const std::uint32_t address = ntohl(target.sin_addr.s_addr);
  const std::uint16_t port = ntohs(target.sin_port);
  if (visits_.size() >= house_.orders.limits.connections) {
    house_.refusals.add({house_.names.name_of(address), port}, "limit",
                        fmt::format("{} connections are open already", visits_.size()), {});
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return;
  }
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  visits_.emplace_back();
  const auto place = std::prev(visits_.end());
  *place = std::make_unique<Visit>(house_, std::move(socket), entrance, address, port, [this, place] {
    // The visit is on the stack: it goes when the loop is through with it.
    house_.loop.soon([visit = std::shared_ptr<Visit>(std::move(*place))] {});
    visits_.erase(place);
  });
  (*place)->start();
}

}  // namespace sandbox::doorman
