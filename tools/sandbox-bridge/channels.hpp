#pragma once
// Channels: the table of channels by number. The host end's own are even, the guest end's odd.
#include "channel.hpp"

namespace sandbox::bridge {

class Channels {
 public:
  explicit Channels(Side side) : side_(side) {}
  Channels(const Channels&) = delete;
  Channels& operator=(const Channels&) = delete;
  ~Channels();

  Channel* find(std::uint32_t number) const { return number <= wire::kMostChannels ? table_[number] : nullptr; }
  /// Under a number of our own; nothing when none is free.
  Channel* open(ChannelKind kind, Handle end);
  /// Under a number that the other end chose; nothing when it was not free, or not for it to choose.
  Channel* open_as(std::uint32_t number, ChannelKind kind, Handle end);
  void close(Channel& channel);
  void close_all();

  /// Calls `visit` for each, which may close it.
  template <class Visit>
  void for_each(Visit visit) {
    const std::uint32_t numbers = highest_;
    for (std::uint32_t i = 0; i < numbers; ++i)
      if (Channel* channel = table_[(turn_ + i) % numbers + 1]) visit(*channel);
  }
  /// The next rounds begin with another one: the first finds the most room.
  void rotate() { turn_ = highest_ == 0 ? 0 : (turn_ + 1) % highest_; }

 private:
  bool is_ours(std::uint32_t number) const { return (number % 2 == 0) == (side_ == Side::host); }
  Channel* make_at(std::uint32_t number, ChannelKind kind, Handle end);

  Side side_;
  std::uint32_t highest_ = 0;  ///< in use
  std::uint32_t turn_ = 0;
  Channel* table_[wire::kMostChannels + 1] = {};
};

}  // namespace sandbox::bridge
