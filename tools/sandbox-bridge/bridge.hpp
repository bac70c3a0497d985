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
  /// Host: whoever saves the machine says there when it is to sleep (wire::Sleep); never blocks.
  void sleep_by(Handle orders) { sleep_orders_ = std::move(orders); }
  /// Guest: the mount namespace in which the sandbox is.
  void renew_in(Handle mounts) { mounts_ = std::move(mounts); }

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

  // Sleep, of both ends (bridge_sleep.cpp).
  bool ask_for_sleep();
  bool hear_of_sleep();
  void serve_sleep_orders();
  void take_sleep_order(char word);
  void begin_sleep();
  bool sleep();
  bool wake_anew();

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
  Handle sleep_orders_;         ///< host
  enum class Rest { none, asked, asleep, recalled } rest_ = Rest::none;
  bool sleep_wanted_ = false;   ///< as soon as it can be asked for
  bool stays_ = false;          ///< guest: and need not be any more
  Handle mounts_;               ///< guest
  pollfd waits_[4 + Ways::kMost + wire::kMostChannels];
};

}  // namespace sandbox::bridge
