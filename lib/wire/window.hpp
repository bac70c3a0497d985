#pragma once
// Sending, Receiving: one direction of a channel as each of its ends keeps book of it: how much
// may be on its way, and what was said last. Each take_ is false when the other end broke the
// rules. Freestanding.
#include <cstdint>
#include <utility>

#include "wire/packet.hpp"

namespace sandbox::wire {

enum class Direction : bool { absent, present };

class Sending {
 public:
  explicit Sending(Direction direction) : ended_(direction == Direction::absent), stopped_(ended_) {}

  std::uint32_t credit() const { return ended_ || stopped_ ? 0 : credit_; }
  bool ended() const { return ended_; }
  bool over() const { return ended_ && stopped_; }

  void sent(std::size_t bytes) { credit_ -= static_cast<std::uint32_t>(bytes); }
  void end() { ended_ = true; }
  bool take_credit(std::uint32_t bytes) {
    if (stopped_ || bytes == 0 || bytes > kWindow - credit_) return false;
    credit_ += bytes;
    return true;
  }
  bool take_stop() { return !std::exchange(stopped_, true); }

 private:
  std::uint32_t credit_ = kWindow;
  bool ended_, stopped_;
};

class Receiving {
 public:
  explicit Receiving(Direction direction) : ended_(direction == Direction::absent), stopped_(ended_) {}

  bool ended() const { return ended_; }
  bool stopped() const { return stopped_; }
  bool over() const { return ended_ && stopped_; }

  bool take_data(std::size_t bytes) {
    if (ended_ || bytes > room_) return false;
    room_ -= static_cast<std::uint32_t>(bytes);
    return true;
  }
  bool take_end() { return !std::exchange(ended_, true); }
  /// Bytes that need no more room here.
  void delivered(std::size_t bytes) { owed_ += static_cast<std::uint32_t>(bytes); }
  /// What to give back now; 0 while it is not worth a packet.
  std::uint32_t take_credit_due() {
    if (ended_ || stopped_ || owed_ < kWindow / 4) return 0;
    room_ += owed_;
    return std::exchange(owed_, 0);
  }
  void stop() { stopped_ = true; }

 private:
  std::uint32_t room_ = kWindow;
  std::uint32_t owed_ = 0;
  bool ended_, stopped_;
};

}  // namespace sandbox::wire
