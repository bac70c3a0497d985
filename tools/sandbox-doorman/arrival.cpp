#include "arrival.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "sockets.hpp"

namespace sandbox::doorman {

namespace {

/// A port of the kernel's own choice that nobody listens on can meet itself.
bool is_its_own_peer(const Fd& socket) {
  sockaddr_storage self{}, peer{};
  socklen_t self_length = sizeof self, peer_length = sizeof peer;
  return ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&self), &self_length) == 0 &&
         ::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&peer), &peer_length) == 0 && self_length == peer_length &&
         std::memcmp(&self, &peer, self_length) == 0;
}

}  // namespace

Arrival::Arrival(Way way, Fd outside, Begun begun, std::function<void()> ended)
    : way_(way), outside_(std::move(outside)), patience_(way.house.loop), begun_(std::move(begun)), ended_(std::move(ended)) {}

Arrival::~Arrival() {
  if (taking_) way_.supply.cancel(*taking_);
  way_.house.loop.forget(inside_.get());
}

void Arrival::start() {
  prepare(outside_);
  patience_.set(kPatience, [this] { fail(fmt::format("port {} inside does not answer", way_.port)); });
  try_next();
}

void Arrival::try_next() {
  way_.house.loop.forget(inside_.get());
  inside_.close();
  const auto& inside = way_.house.orders.inside;
  const auto address = next_ < inside.size() ? doors::parse_address(inside[next_]) : std::nullopt;
  if (!address) return fail(fmt::format("nothing listens on port {} inside", way_.port));
  taking_ = way_.supply.take(address->six ? Supply::Family::six : Supply::Family::four, [this](Fd socket) {
    taking_.reset();
    connect(std::move(socket));
  });
}

void Arrival::connect(Fd socket) {
  const auto address = doors::parse_address(way_.house.orders.inside[next_++]);
  if (!socket) return try_next();
  inside_ = std::move(socket);
  prepare(inside_);
  socklen_t length = 0;
  const sockaddr_storage where = doors::socket_address(*address, way_.port, length);
  if (::connect(inside_.get(), reinterpret_cast<const sockaddr*>(&where), length) == 0) return on_connected();
  if (errno != EINPROGRESS) return try_next();
  way_.house.loop.watch(inside_.get(), EPOLLOUT, *this);
}

void Arrival::ready(int fd, std::uint32_t) {
  if (fd != inside_.get() || pump_) return;
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
  if (error != 0) return try_next();
  sockaddr_storage peer{};
  length = sizeof peer;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) < 0) return;  // a word too many
  on_connected();
}

void Arrival::on_connected() {
  if (is_its_own_peer(inside_)) return try_next();
  patience_.cancel();
  way_.house.loop.forget(inside_.get());
  begun_("");
  ++way_.passage.connections;
  move_bytes();
}

void Arrival::move_bytes() {
  Pump::Sides sides{.passage = way_.passage};
  sides.inside = std::move(inside_);
  sides.outside = std::move(outside_);
  pump_ = std::make_unique<Pump>(way_.house.loop, way_.house.pipes, way_.house.inbound, std::move(sides), [this](Pump::End) { end(); });
}

void Arrival::fail(const std::string& why) {
  begun_(why);
  make_abrupt(outside_);
  end();
}

void Arrival::shut() {
  if (pump_) pump_->break_off();
  else make_abrupt(outside_);
  end();
}

void Arrival::end() {
  if (!ended_) return;
  patience_.cancel();
  std::exchange(ended_, nullptr)();
}

}  // namespace sandbox::doorman
