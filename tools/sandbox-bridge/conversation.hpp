#pragma once
// Conversation: a client's connection, and the order of what comes out of it. A client that
// hears of a command's end takes what is in its pipes at that moment for all of the output. So
// at both ends the bytes of a conversation wait until as much has gone ahead of them, in each of
// its streams, as was there when they came. The amount is measured once: a stream that is
// flooded for ever does not hold back the end for ever.
#include <span>

#include "channel.hpp"

namespace sandbox::bridge {

class Channels;

class Conversation {
 public:
  ~Conversation();

  void join(Channel& stream);
  void leave(Channel& stream);
  bool has_streams() const { return joined_; }

  /// `bytes` came: they wait for what is in hand now.
  void hold(std::size_t bytes);
  std::size_t held() const { return held_; }
  /// How many of them may pass now: all or none.
  std::size_t may_pass() const;
  void passed(std::size_t bytes) { held_ -= bytes; }
  /// The client has the ends of its streams, or is gone.
  void drop_far();
  /// The files of the streams get no more.
  void close_files();

  /// Guest: the agent's end, until it was handed over. Host: the client's ends of the streams,
  /// which go with the byte behind the next `far_after` ones.
  Handle far[wire::kMostStreams];
  std::size_t far_count = 0;
  std::size_t far_after = 0;

 private:
  struct Stream {
    Channel* channel = nullptr;
    std::uint64_t mark = 0;
  };
  Stream streams_[wire::kMostStreams];
  bool joined_ = false;
  std::size_t held_ = 0;
};

/// Host: gives the client what may pass now, with the ends of its streams at their place.
void tell(Channel& conversation);

/// Guest: passes on what the agent says, when it may pass, and makes a channel of each descriptor
/// that comes with it. `ready`: poll(2) saw something.
void hear(Channel& conversation, bool ready, Channels& channels, wire::PacketWriter& out);

}  // namespace sandbox::bridge
