#pragma once
// PacketReader: packets out of a hostile stream of bytes. What next() returns has the form of
// its type; whether it makes sense now is for the caller to say. Freestanding.
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "wire/packet.hpp"

namespace sandbox::wire {

class PacketReader {
 public:
  /// Where the next bytes are to be read; never empty once next() was false.
  std::span<char> room() {
    std::memmove(bytes_, bytes_ + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    return {bytes_ + end_, sizeof bytes_ - end_};
  }
  void grew(std::size_t bytes) { end_ += bytes; }

  /// False when no whole packet is there, or a malformed one; `payload` is valid until room().
  bool next(Packet& packet, std::string_view& payload) {
    const std::size_t there = end_ - begin_;
    if (malformed_ || there < sizeof packet) return false;
    std::memcpy(&packet, bytes_ + begin_, sizeof packet);
    malformed_ = !is_well_formed(packet);
    if (malformed_ || there - sizeof packet < packet.length) return false;
    payload = {bytes_ + begin_ + sizeof packet, packet.length};
    begin_ += sizeof packet + packet.length;
    return true;
  }
  /// A byte between packets, if that is what comes next.
  bool take(char byte) {
    const bool is_next = begin_ != end_ && bytes_[begin_] == byte;
    begin_ += is_next ? 1 : 0;
    return is_next;
  }
  bool malformed() const { return malformed_; }
  bool empty() const { return begin_ == end_; }

 private:
  static bool is_well_formed(const Packet& packet) {
    if (packet.channel > kMostChannels || packet.zero[0] != 0 || packet.zero[1] != 0 || packet.zero[2] != 0) return false;
    switch (packet.type) {
      case PacketType::open: return packet.length == sizeof(Open);
      case PacketType::streams:
        return packet.length != 0 && packet.length % sizeof(OpenStream) == 0 && packet.length <= kMostStreams * sizeof(OpenStream);
      case PacketType::data: return packet.length != 0 && packet.length <= kMostPacketBytes;
      case PacketType::credit: return packet.length == sizeof(std::uint32_t);
      case PacketType::sleep: return packet.length == 0 && packet.channel == kControlChannel;
      case PacketType::end:
      case PacketType::stop: return packet.length == 0;
    }
    return false;
  }

  std::size_t begin_ = 0, end_ = 0;
  bool malformed_ = false;
  char bytes_[4 * (sizeof(Packet) + kMostPacketBytes)];
};

}  // namespace sandbox::wire
