#pragma once
// Channel: one numbered flow of bytes across the bridge and the descriptor that it ends in here.
// Nothing waits: what the descriptor has no room for is kept, a window at most.
#include <span>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/handle.hpp"
#include "wire/packet_writer.hpp"
#include "wire/window.hpp"

namespace sandbox::bridge {

using wire::Buffer;
using wire::ChannelKind;
using wire::Handle;

enum class Side { host, guest };

class Conversation;

class Channel {
 public:
  /// An empty `end` is one that could not be made: both directions end at once.
  Channel(Side side, std::uint32_t number, ChannelKind kind, Handle end);

  std::uint32_t number() const { return number_; }
  ChannelKind kind() const { return kind_; }
  int end() const { return end_.get(); }
  /// Where order matters: see Conversation.
  bool is_ordered_sink() const { return side_ == Side::host && kind_ == ChannelKind::conversation; }
  bool is_ordered_source() const { return side_ == Side::guest && kind_ == ChannelKind::conversation; }
  /// Every direction was ended and stopped: the number is free.
  bool over() const { return sending.over() && receiving.over(); }

  /// What to wait for, as poll(2) has it. `room`: data may be sent now.
  short events(bool room) const;
  /// Worth waiting for, even if only to hear that the other end of `end` is gone.
  bool is_waited_for(bool room) const { return end_ && (writes || events(room) != 0); }
  bool can_send(bool room) const { return reads && !connecting && room && sending.credit() != 0; }

  /// How much could be read now.
  std::size_t readable() const;
  /// 0 when nothing is there now, or never will be.
  std::size_t read(std::span<char> into);
  void count_read(std::size_t bytes) { read_ += bytes; }

  /// Takes bytes that came: into the descriptor, or to be kept. False when there is no memory.
  bool accept(std::string_view bytes);
  /// Writes what was kept.
  void deliver();
  /// `bytes` of what was kept are gone.
  void delivered(std::size_t bytes);
  std::string_view kept() const { return kept_.view().substr(kept_from_); }

  /// Another try at a connection; an empty one ends both directions.
  void replace_end(Handle end);
  void close_source();
  void close_sink();
  void close();
  /// Says what is due: credit, that nothing more comes, that nothing more is taken.
  void speak(wire::PacketWriter& out);

  /// How many bytes of what goes to the host this end has passed on, and how many it has in hand.
  std::uint64_t passed() const { return side_ == Side::host ? written_ : read_; }
  std::size_t in_hand() const { return side_ == Side::host ? kept().size() : readable(); }
  bool flows_out() const { return side_ == Side::host ? writes : reads; }

  wire::Sending sending;
  wire::Receiving receiving;
  bool reads = false;       ///< bytes may still come out of the descriptor
  bool writes = false;      ///< the descriptor still takes bytes
  bool full = false;        ///< it took none the last time
  bool connecting = false;  ///< it is not yet connected
  std::uint16_t port = 0;   ///< of a dial
  std::size_t wait = 0;     ///< its place among the waits of this round; 0: none

  Conversation* conversation = nullptr;  ///< its own; of a stream: the one it belongs to

 private:
  bool holds_reading() const;
  std::size_t write_some(std::string_view bytes);
  bool stop_is_due() const;

  Side side_;
  std::uint32_t number_;
  ChannelKind kind_;
  Handle end_;
  Buffer kept_;
  std::size_t kept_from_ = 0;
  std::uint64_t read_ = 0, written_ = 0;
};

}  // namespace sandbox::bridge
