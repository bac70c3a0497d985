#include "control.hpp"

#include <errno.h>
#include <poll.h>

#include <algorithm>
#include <cstring>

#include "passing.hpp"

namespace sandbox::bridge {

namespace {

using wire::Letter;

constexpr std::size_t kMostDatagram = sizeof(wire::Header) + wire::kMaxPayload;

}  // namespace

short Control::events(bool room) const {
  return static_cast<short>((going_.size() == 0 && room ? POLLIN : 0) | (full_ ? POLLOUT : 0));
}

Control::Taken Control::take(wire::Handle& descriptor) {
  if (going_.size() != 0) return Taken::nothing;
  const ssize_t size = next_size(socket());
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Taken::nothing;
  if (size < static_cast<ssize_t>(sizeof(wire::Header)) || size > static_cast<ssize_t>(kMostDatagram)) return Taken::gone;
  const std::size_t bytes = static_cast<std::size_t>(size);
  if (!going_.reserve(sizeof(Letter) + bytes)) return Taken::gone;
  std::size_t count = 0;
  if (receive_passing(socket(), {going_.data() + sizeof(Letter), bytes}, {&descriptor, 1}, count) != size) return Taken::gone;
  going_.grew(sizeof(Letter) + bytes);
  addressed_ = false;
  return Taken::datagram;
}

void Control::address(std::uint32_t channel) {
  const Letter letter{static_cast<std::uint32_t>(datagram().size()), channel};
  std::memcpy(going_.data(), &letter, sizeof letter);
  addressed_ = true;
  gone_ = 0;
}

void Control::post(std::string_view datagram) {
  const Letter empty{};
  if (going_.append({reinterpret_cast<const char*>(&empty), sizeof empty}) && going_.append(datagram)) address(0);
  else going_.reset();
}

void Control::speak(wire::PacketWriter& out) {
  while (going_.size() != 0 && addressed_ && sending.credit() != 0 && out.has_room_for_data()) {
    const std::size_t size = std::min({going_.size() - gone_, std::size_t{sending.credit()}, wire::kMostPacketBytes});
    out.put(wire::kControlChannel, wire::PacketType::data, going_.view().substr(gone_, size));
    sending.sent(size);
    gone_ += size;
    if (gone_ == going_.size()) going_.reset();
  }
  if (!out.has_room()) return;
  if (const std::uint32_t bytes = receiving.take_credit_due())
    out.put_value(wire::kControlChannel, wire::PacketType::credit, bytes);
}

/// What belongs to the first datagram needs no room of the window's: it is bounded by itself.
void Control::credit_first() {
  Letter letter{sizeof(wire::Header), 0};
  std::size_t whole = sizeof letter;
  if (coming_.size() >= whole) {
    std::memcpy(&letter, coming_.data(), sizeof letter);
    whole += letter.size;
  }
  const std::size_t absorbed = std::min(whole, coming_.size());
  receiving.delivered(absorbed - credited_);
  credited_ = absorbed;
  malformed_ = letter.size < sizeof(wire::Header) || letter.size > kMostDatagram;
}

void Control::forget() {
  going_.reset();
  coming_.reset();
  gone_ = credited_ = 0;
  addressed_ = full_ = malformed_ = false;
  sending = wire::Sending(wire::Direction::present);
  receiving = wire::Receiving(wire::Direction::present);
}

bool Control::accept(std::string_view bytes) {
  if (!receiving.take_data(bytes.size()) || !coming_.append(bytes)) return false;
  credit_first();
  return !malformed_;
}

bool Control::first(Letter& letter, std::string_view& datagram) const {
  if (full_ || coming_.size() < sizeof letter) return false;
  std::memcpy(&letter, coming_.view().data(), sizeof letter);
  if (coming_.size() - sizeof letter < letter.size) return false;
  datagram = coming_.view().substr(sizeof letter, letter.size);
  return true;
}

Control::Given Control::give(std::string_view datagram, std::span<const wire::Handle> descriptor) {
  const ssize_t n = send_passing(socket(), datagram, descriptor);
  full_ = n < 0 && (errno == EAGAIN || errno == EINTR);
  if (full_) return Given::later;
  if (n < 0) return Given::gone;
  coming_.drop_front(sizeof(Letter) + datagram.size());
  credited_ = 0;
  credit_first();
  return malformed_ ? Given::gone : Given::yes;
}

}  // namespace sandbox::bridge
