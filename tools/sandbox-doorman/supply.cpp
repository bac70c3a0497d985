#include "supply.hpp"

#include <algorithm>

#include "doors/supply.hpp"

namespace sandbox::doorman {

namespace {

constexpr std::size_t kKept = 16;

using doors::SocketsWanted;

}  // namespace

Supply::Supply(Loop& loop, Fd channel) : loop_(loop), channel_(std::move(channel)) {
  loop_.watch(channel_.get(), EPOLLIN, *this);
}

Supply::~Supply() { loop_.forget(channel_.get()); }

void Supply::begin() {
  four_.kept = kKept;
  order();
}

std::uint64_t Supply::take(Family family, Taken taken) {
  Shelf& from = shelf(family);
  from.waiting.emplace(++number_, std::move(taken));
  if (family == Family::six) from.kept = kKept;  // somebody listens there alone; others will come
  if (!std::exchange(handing_out_, true)) loop_.soon([this] { hand_out(); });
  return number_;
}

void Supply::cancel(std::uint64_t number) {
  four_.waiting.erase(number);
  six_.waiting.erase(number);
  searches_.erase(number);
}

std::uint64_t Supply::find(const std::string& name, std::uint16_t port, Found found) {
  searches_.emplace(++number_, Search{name, port, std::move(found)});
  if (!doors::ask_for_peer(channel_, name, port)) loop_.soon([this, name, port] { tell({name, port, "", 0}); });
  return number_;
}

void Supply::tell(const doors::Peer& peer) {
  for (auto at = searches_.begin(); at != searches_.end();) {
    const bool meant = at->second.name == peer.name && at->second.port == peer.port;
    const auto search = at++;
    if (meant) searches_.extract(search).mapped().found(peer);
  }
}

void Supply::hand_out() {
  handing_out_ = false;
  hand_out(four_);
  hand_out(six_);
  order();
}

void Supply::hand_out(Shelf& shelf) {
  while (!shelf.sockets.empty() && !shelf.waiting.empty()) {
    auto first = shelf.waiting.extract(shelf.waiting.begin());
    Fd socket = std::move(shelf.sockets.back());
    shelf.sockets.pop_back();
    first.mapped()(std::move(socket));
  }
}

/// One order at a time: what comes says what there is no more of.
void Supply::order() {
  if (four_.ordered + six_.ordered > 0) return;
  const auto lacking = [](const Shelf& shelf) {
    const std::size_t wanted = shelf.waiting.size() + shelf.kept;
    // Not for one alone, while there are some.
    if (shelf.waiting.empty() && shelf.sockets.size() > shelf.kept / 2) return std::size_t{0};
    return std::min(wanted - std::min(wanted, shelf.sockets.size()), SocketsWanted::kMost);
  };
  const SocketsWanted wanted{lacking(four_), lacking(six_)};
  if (wanted.four + wanted.six == 0 || !doors::ask_for_sockets(channel_, wanted)) return;
  four_.ordered = wanted.four;
  six_.ordered = wanted.six;
}

void Supply::ready(int, std::uint32_t) {
  auto supplied = doors::receive_supplied(channel_);
  if (!supplied) return loop_.forget(channel_.get());  // the supervisor is gone; its other socket says what follows
  if (supplied->peer) tell(*supplied->peer);
  auto& stock = supplied->sockets;
  if (!stock) return;
  const auto store = [](Shelf& shelf, std::vector<Fd>& fresh) {
    const bool short_of = fresh.size() < shelf.ordered;
    shelf.ordered = 0;
    for (Fd& socket : fresh) shelf.sockets.push_back(std::move(socket));
    hand_out(shelf);
    if (!short_of) return;
    shelf.kept = 0;
    while (!shelf.waiting.empty()) shelf.waiting.extract(shelf.waiting.begin()).mapped()(Fd());
  };
  store(four_, stock->four);
  store(six_, stock->six);
  order();
}

}  // namespace sandbox::doorman
