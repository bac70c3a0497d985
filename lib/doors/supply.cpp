#include "doors/supply.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "doors/within.hpp"

namespace sandbox::doors {

namespace {

struct Said {
  unsigned char four, six;
};

constexpr char kFour = '4', kSix = '6';

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

std::optional<SocketsWanted> sockets_wanted(const Fd& channel) {
  std::optional<SocketsWanted> wanted;
  Said said{};
  while (::recv(channel.get(), &said, sizeof said, MSG_DONTWAIT) == sizeof said) {
    if (!wanted) wanted.emplace();
    wanted->four = std::min<std::size_t>(wanted->four + said.four, SocketsWanted::kMost);
    wanted->six = std::min<std::size_t>(wanted->six + said.six, SocketsWanted::kMost);
  }
  return wanted;
}

void supply_sockets(const Fd& channel, const Fd& process, const SocketsWanted& wanted) {
  const InChild child([&] { make_and_send(channel, process, wanted); });
}

std::optional<SocketStock> receive_sockets(const Fd& channel) {
  char kinds[1 + 2 * SocketsWanted::kMost];
  std::vector<Fd> sockets;
  const ssize_t n = receive_passing(channel.get(), kinds, sockets, MSG_DONTWAIT);
  if (n <= 0) return std::nullopt;
  SocketStock stock;
  for (std::size_t i = 0; i < sockets.size() && i + 1 < static_cast<std::size_t>(n); ++i)
    (kinds[i + 1] == kFour ? stock.four : stock.six).push_back(std::move(sockets[i]));
  return stock;
}

}  // namespace sandbox::doors
