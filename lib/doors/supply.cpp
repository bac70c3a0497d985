#include "doors/supply.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "doors/within.hpp"
#include "record/fields.hpp"

namespace sandbox::doors {

namespace {

struct Said {
  unsigned char four, six;
};

constexpr char kFour = '4', kSix = '6';
constexpr std::size_t kMaxText = 1024;

std::optional<Peer> peer_of(std::string_view text) {
  try {
    const Json json = record::parse(text, "a peer");
    return Peer{record::field<std::string>(json, "name"), record::field<std::uint16_t>(json, "port"), json.value("host", ""),
                json.value("host_port", std::uint16_t{0})};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void add(std::string& kinds, std::vector<Fd>& sockets, int family, std::size_t count) {
  for (; count > 0; --count) {
    Fd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return;
    kinds += family == AF_INET ? kFour : kSix;
    sockets.push_back(std::move(socket));
  }
}

/// An answer without sockets is one, too: nobody must wait for them.
void make_and_send(const Fd& channel, const Fd& process, const SocketsWanted& wanted) {
  std::string kinds = ".";
  std::vector<Fd> sockets;
  try {
    enter_network(process);
    add(kinds, sockets, AF_INET, wanted.four);
    add(kinds, sockets, AF_INET6, wanted.six);
  } catch (const Error&) {
  }
  std::vector<int> numbers;
  for (const Fd& socket : sockets) numbers.push_back(socket.get());
  (void)send_passing(channel.get(), kinds, numbers, MSG_DONTWAIT);
}

}  // namespace

bool ask_for_sockets(const Fd& channel, const SocketsWanted& wanted) {
  const Said said{static_cast<unsigned char>(wanted.four), static_cast<unsigned char>(wanted.six)};
  return ::send(channel.get(), &said, sizeof said, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof said;
}

bool ask_for_peer(const Fd& channel, const std::string& name, std::uint16_t port) {
  const std::string text = record::dump(Json{{"name", name}, {"port", port}});
  return ::send(channel.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Wishes wishes(const Fd& channel) {
  Wishes all;
  char bytes[kMaxText];
  for (ssize_t n; all.peers.size() < Wishes::kMostPeers && (n = ::recv(channel.get(), bytes, sizeof bytes, MSG_DONTWAIT)) > 0;) {
    Said said{};
    if (n != sizeof said) {
      if (auto peer = peer_of({bytes, static_cast<std::size_t>(n)})) all.peers.push_back(std::move(*peer));
      continue;
    }
    std::memcpy(&said, bytes, sizeof said);
    if (!all.sockets) all.sockets.emplace();
    all.sockets->four = std::min<std::size_t>(all.sockets->four + said.four, SocketsWanted::kMost);
    all.sockets->six = std::min<std::size_t>(all.sockets->six + said.six, SocketsWanted::kMost);
  }
  return all;
}

void tell_peer(const Fd& channel, const Peer& peer) {
  const std::string text = record::dump(Json{{"name", peer.name}, {"port", peer.port}, {"host", peer.host}, {"host_port", peer.host_port}});
  (void)::send(channel.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void supply_sockets(const Fd& channel, const Fd& process, const SocketsWanted& wanted) {
  const InChild child([&] { make_and_send(channel, process, wanted); });
}

std::optional<Supplied> receive_supplied(const Fd& channel) {
  char bytes[kMaxText];
  std::vector<Fd> sockets;
  const ssize_t n = receive_passing(channel.get(), bytes, sockets, MSG_DONTWAIT);
  if (n <= 0) return std::nullopt;
  Supplied supplied;
  if (bytes[0] == '{') {
    supplied.peer = peer_of({bytes, static_cast<std::size_t>(n)});
    return supplied;
  }
  supplied.sockets.emplace();
  for (std::size_t i = 0; i < sockets.size() && i + 1 < static_cast<std::size_t>(n); ++i)
    (bytes[i + 1] == kFour ? supplied.sockets->four : supplied.sockets->six).push_back(std::move(sockets[i]));
  return supplied;
}

}  // namespace sandbox::doors
