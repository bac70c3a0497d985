#include "bridge.hpp"

#include <errno.h>

#include "conversation.hpp"

namespace sandbox::bridge {

namespace {

constexpr int kLookAgainMs = 20;  // a regular file cannot be polled, nor a port that nobody has opened yet
constexpr std::size_t kControl = 0, kPort = 1, kConsole = 2, kSleep = 3, kFirstWay = 4, kFirstChannel = kFirstWay + Ways::kMost;

/// Of two patiences; negative is for ever.
int shorter(int one, int other) { return one < 0 || (other >= 0 && other < one) ? other : one; }

}  // namespace

Bridge::Bridge(Side side, Handle control, Handle port)
    : side_(side), control_(std::move(control)), port_(std::move(port)), channels_(side) {}

bool Bridge::step(int timeout_ms) {
  if (side_ == Side::guest && sleep_wanted_) return sleep();
  begin_sleep();
  speak();
  if (!port_.flush()) return false;
  const std::size_t count = add_waits();
  if (::poll(waits_, count, shorter(timeout_ms, patience())) < 0) return errno == EINTR;
  if (waits_[kSleep].revents != 0) serve_sleep_orders();
  if (!serve_port(waits_[kPort].revents) || !serve_control(waits_[kControl].revents)) return false;
  for (std::size_t place = 0; place < Ways::kMost; ++place)
    if (waits_[kFirstWay + place].revents != 0) welcome(ways_.at(place));
  if (waits_[kConsole].revents != 0) console_->read();
  // Streams first: what a command wrote goes before what is said of its end.
  channels_.for_each([this](Channel& channel) {
    if (channel.kind() != ChannelKind::conversation) serve(channel, seen(channel));
  });
  if (side_ == Side::host || say_counts())
    channels_.for_each([this](Channel& channel) {
      if (channel.kind() == ChannelKind::conversation) serve(channel, seen(channel));
    });
  channels_.rotate();
  return true;
}

/// Datagrams and what is said about channels go before any data of this round.
void Bridge::speak() {
  control_.speak(port_.out);
  channels_.for_each([this](Channel& channel) {
    channel.speak(port_.out);
    drop_if_over(channel);
  });
}

/// At once: the other end may use the number again with its next packet.
void Bridge::drop_if_over(Channel& channel) {
  if (!channel.over()) return;
  channels_.close(channel);
  weary_ = false;
}

std::size_t Bridge::add_waits() {
  const bool room = port_.out.has_room_for_data();
  const short port_events = port_.due().empty() ? POLLIN : POLLIN | POLLOUT;
  waits_[kControl] = {control_.socket(), control_.events(port_.out.has_room()), 0};
  waits_[kPort] = {port_.is_silent() ? -1 : port_.descriptor(), port_events, 0};
  ways_.add_waits(waits_ + kFirstWay, weary_ || !port_.out.has_room());
  waits_[kConsole] = {console_ ? console_->descriptor() : -1, POLLIN, 0};
  waits_[kSleep] = {sleep_orders_.get(), POLLIN, 0};
  std::size_t count = kFirstChannel;
  channels_.for_each([&](Channel& channel) {
    const bool waits = channel.is_waited_for(room);
    channel.wait = waits ? count : 0;
    if (waits) waits_[count++] = {channel.end(), channel.events(room), 0};
  });
  return count;
}

int Bridge::patience() {
  int patience = port_.is_silent() ? kLookAgainMs : -1;
  channels_.for_each([&](Channel& channel) {
    if (channel.kind() != ChannelKind::file || !channel.reads) return;
    const bool more = channel.can_send(port_.out.has_room_for_data()) && channel.readable() != 0;
    patience = shorter(patience, more ? 0 : kLookAgainMs);
  });
  return patience;
}

bool Bridge::serve_port(short ready) {
  if (ready == 0 && !port_.is_silent()) return true;
  if ((ready & ~POLLOUT) != 0 || port_.is_silent())
    if (!port_.read()) return false;
  wire::Packet packet;
  for (std::string_view payload; port_.in.next(packet, payload);)
    if (!take(packet, payload)) {
      broken_ = true;
      return false;
    }
  return !port_.in.malformed();
}

void Bridge::serve(Channel& channel, short ready) {
  if (channel.connecting) return ready == 0 ? void() : settle(channel);
  if ((ready & (POLLHUP | POLLERR)) != 0) channel.close_sink();  // nobody is left to take anything
  if ((ready & POLLOUT) != 0) channel.full = false;
  if (channel.kind() == ChannelKind::conversation) {
    if (side_ == Side::guest) hear(channel, (ready & ~POLLOUT) != 0, channels_, port_.out);
    else tell(channel);
  }
  if (!channel.is_ordered_sink()) channel.deliver();
  const bool is_readable = channel.kind() == ChannelKind::file ? channel.readable() != 0 : (ready & ~POLLOUT) != 0;
  if (is_readable && !channel.is_ordered_source()) send_from(channel);
}

/// Before what the agent has said goes out. False when it cannot be said now: then that waits, too.
bool Bridge::say_counts() {
  bool heard = false;
  channels_.for_each([&](Channel& channel) { heard = heard || (channel.kind() == ChannelKind::conversation && (seen(channel) & POLLIN) != 0); });
  if (!heard) return true;
  control_.speak(port_.out);  // a datagram of the agent's that came along
  if (!control_.is_free()) return false;
  if (!gauge_.look()) return true;
  control_.post(gauge_.bytes());
  control_.speak(port_.out);
  return control_.is_free();
}

void Bridge::send_from(Channel& channel) {
  if (!channel.can_send(port_.out.has_room_for_data())) return;
  const std::span<char> room = port_.out.payload_room();
  const std::size_t most = room.size() < channel.sending.credit() ? room.size() : channel.sending.credit();
  const std::size_t size = channel.read(room.first(most));
  if (size == 0) return;
  port_.out.data(channel.number(), size);
  channel.sending.sent(size);
}

/// A connection came to be, or not.
void Bridge::settle(Channel& channel) {
  if (is_connected(channel.end())) {
    channel.connecting = false;
    return channel.deliver();  // what came meanwhile
  }
  if (channel.port == 0) return channel.close();
  // Nobody listens on the one address: perhaps on the other.
  channel.replace_end(dial_ipv6(channel.port));
  channel.port = 0;
}

}  // namespace sandbox::bridge
