#pragma once
// Control: the datagrams of the control socket, whole and in order, over channel 0. One at a
// time goes each way; the next one stays in the socket, or in the window.
#include <span>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/frame.hpp"
#include "wire/handle.hpp"
#include "wire/packet_writer.hpp"
#include "wire/window.hpp"

namespace sandbox::bridge {

class Control {
 public:
  explicit Control(wire::Handle socket) : socket_(std::move(socket)) {}

  int socket() const { return socket_.get(); }
  /// What to wait for. `room`: a channel can be opened now.
  short events(bool room) const;

  // From the socket to the other end.
  enum class Taken { nothing, datagram, gone };
  /// A datagram, and what came with it; it goes nowhere before address() or drop().
  Taken take(wire::Handle& descriptor);
  std::string_view datagram() const { return going_.view().substr(sizeof(wire::Letter)); }
  void address(std::uint32_t channel);
  void drop() { going_.reset(); }
  /// One of ours; not while another is on its way.
  bool is_free() const { return going_.size() == 0; }
  void post(std::string_view datagram);
  void speak(wire::PacketWriter& out);

  // From the other end to the socket.
  /// Bytes of channel 0; false when the other end broke the rules.
  bool accept(std::string_view bytes);
  bool is_malformed() const { return malformed_; }
  /// The first datagram that waits here.
  bool first(wire::Letter& letter, std::string_view& datagram) const;
  enum class Given { yes, later, gone };
  Given give(std::string_view datagram, std::span<const wire::Handle> descriptor);
  /// poll(2) saw room in the socket.
  void on_room() { full_ = false; }
  /// As if nothing had come or gone yet.
  void forget();

  wire::Sending sending{wire::Direction::present};
  wire::Receiving receiving{wire::Direction::present};

 private:
  void credit_first();
  wire::Handle socket_;
  wire::Buffer going_;
  std::size_t gone_ = 0;  ///< so much of it
  bool addressed_ = false;
  wire::Buffer coming_;
  std::size_t credited_ = 0;  ///< so much of it
  bool full_ = false;
  bool malformed_ = false;
};

}  // namespace sandbox::bridge
