#pragma once
// PacketWriter: packets that wait to be written, in a buffer that never grows. Data may fill it
// up to a mark only, so that what is said about channels always finds room. Freestanding.
#include <cstring>
#include <span>
#include <string_view>

#include "wire/packet.hpp"

namespace sandbox::wire {

class PacketWriter {
 public:
  /// Room for one data packet of any size, with what goes before it.
  bool has_room_for_data() const { return end_ - begin_ <= kDataMark; }
  /// Room for a packet that is no data.
  bool has_room() const { return sizeof bytes_ - (end_ - begin_) >= kSmall; }

  /// Where the payload of a data packet can be written; data(channel, n) makes the packet of it.
  std::span<char> payload_room() {
    make_contiguous(sizeof(Packet) + kMostPacketBytes);
    return {bytes_ + end_ + sizeof(Packet), kMostPacketBytes};
  }
  void data(std::uint32_t channel, std::size_t size) {
    head(channel, PacketType::data, size);
    end_ += size;
  }

  void put(std::uint32_t channel, PacketType type, std::string_view payload = {}) {
    make_contiguous(sizeof(Packet) + payload.size());
    head(channel, type, payload.size());
    if (!payload.empty()) std::memcpy(bytes_ + end_, payload.data(), payload.size());
    end_ += payload.size();
  }
  template <class T>
  void put_value(std::uint32_t channel, PacketType type, const T& value) {
    put(channel, type, {reinterpret_cast<const char*>(&value), sizeof value});
  }

  void reset() { begin_ = end_ = 0; }
  std::string_view waiting() const { return {bytes_ + begin_, end_ - begin_}; }
  void written(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }

 private:
  static constexpr std::size_t kSmall = sizeof(Packet) + kMostStreams * sizeof(OpenStream);
  static constexpr std::size_t kDataMark = 96 * 1024;
  static constexpr std::size_t kSize = kDataMark + kSmall + sizeof(Packet) + kMostPacketBytes + kMostChannels * kSmall;

  void head(std::uint32_t channel, PacketType type, std::size_t size) {
    const Packet packet{static_cast<std::uint32_t>(size), channel, type, {}};
    std::memcpy(bytes_ + end_, &packet, sizeof packet);
    end_ += sizeof packet;
  }
  void make_contiguous(std::size_t size) {
    if (sizeof bytes_ - end_ >= size) return;
    std::memmove(bytes_, bytes_ + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  std::size_t begin_ = 0, end_ = 0;
  char bytes_[kSize];
};

}  // namespace sandbox::wire
