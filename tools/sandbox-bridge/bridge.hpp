#pragma once
// Bridge: one end of the byte channel. One thread, one poll(2): the control socket, the port,
// and what the channels end in. Nothing in it waits for anybody.
#include <poll.h>

#include "channels.hpp"
#include "console.hpp"
#include "control.hpp"
#include "endpoints.hpp"
#include "gauge.hpp"
#include "port.hpp"
#include "ways.hpp"

namespace sandbox::bridge {

class Bridge {
 public:
  Bridge(Side side, Handle control, Handle port);

  /// Guest: with what its kernel counts, and the cgroup that the agent is to have.
  void count_with(Gauge gauge) { gauge_ = std::move(gauge); }
  /// Host: what is said there is listened to meanwhile; borrowed.
  void listen_to(Console& console) { console_ = &console; }

  /// Waits for something, at most so long (-1: for ever), and deals with it. False at the end.
  bool step(int timeout_ms);
  /// The other end broke the rules.
  bool is_broken() const { return broken_ || control_.is_malformed() || !port_.is_clean(); }

 private:
  void speak();
  void drop_if_over(Channel& channel);
  std::size_t add_waits();
  short seen(const Channel& channel) const { return channel.wait == 0 ? 0 : waits_[channel.wait].revents; }
  int patience();
  void serve(Channel& channel, short ready);
  bool say_counts();
  void send_from(Channel& channel);
  void settle(Channel& channel);
  bool serve_port(short ready);

  // From the control socket (bridge_control.cpp).
  bool serve_control(short ready);
  void send_datagram(Handle descriptor);
  void take_way(const wire::Open& open, Handle listener);
  std::uint32_t open_channel(const wire::Open& open, Handle descriptor);
  bool give_datagrams();
  void welcome(Ways::Way& way);

  // From the other end (bridge_packets.cpp).
  bool take(const wire::Packet& packet, std::string_view payload);
  bool take_for(Channel& channel, wire::PacketType type, std::string_view payload);
  bool take_control(const wire::Packet& packet, std::string_view payload);
  bool take_open(std::uint32_t number, const wire::Open& open);
  bool take_streams(Channel& conversation, std::string_view payload);

  Side side_;
  Control control_;
  Port port_;
  Channels channels_;
  Ways ways_;            ///< host
  bool weary_ = false;   ///< host: no descriptor or number was left for an arrival
  Service service_;    ///< guest
  bool broken_ = false;
  Gauge gauge_;              ///< guest
  Console* console_ = nullptr;  ///< host
  pollfd waits_[3 + Ways::kMost + wire::kMostChannels];
};

}  // namespace sandbox::bridge
