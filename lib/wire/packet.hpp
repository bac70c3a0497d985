#pragma once
// The packets of a bridge: how the connections of clients cross into a virtual machine, where no
// descriptor can go. One byte channel carries numbered channels; a bridge at each end turns
// descriptors into channels and back. Freestanding, in host byte order; what comes from the
// guest is hostile.
//
//   host end ◄──── one byte channel: packets ────► guest end
//
// In each direction of a channel the sender says `end` once and the receiver says `stop` once,
// in either order, and nothing after it. When both were said in all its directions nothing of
// the channel is on its way any more, and its number may be used again.
#include <cstddef>
#include <cstdint>

namespace sandbox::wire {

enum class PacketType : std::uint8_t {
  open = 1,  ///< payload: Open; by the host end, even numbers
  streams,   ///< payload: OpenStream{1,3}; by the guest end, odd numbers; they go with the next data of this conversation
  data,      ///< payload: bytes
  credit,    ///< payload: uint32; so many bytes more may be sent to me
  end,       ///< no more comes from me
  stop,      ///< I take no more
  sleep,     ///< channel 0, no payload; by the host end: say the same when everything is at rest, and nothing after it; what wakes it is no packet, see wire/wake.hpp
};

struct Packet {
  std::uint32_t length = 0;  ///< of the payload that follows
  std::uint32_t channel = 0;
  PacketType type{};
  std::uint8_t zero[3] = {};
};
static_assert(sizeof(Packet) == 12);

inline constexpr std::size_t kMostPacketBytes = 32 * 1024;  ///< of a payload
inline constexpr std::uint32_t kWindow = 128 * 1024;        ///< sent and not yet credited, at most
inline constexpr std::uint32_t kMostChannels = 1024;        ///< numbers 1 to this one

/// Channel 0 is always there: the datagrams of the control socket, each behind a Letter.
inline constexpr std::uint32_t kControlChannel = 0;
struct Letter {
  std::uint32_t size = 0;     ///< of the datagram that follows
  std::uint32_t channel = 0;  ///< whose descriptor goes with it; 0: none
};

enum class ChannelKind : std::uint8_t {
  conversation = 1,  ///< a client's connection, to the agent
  arrival,           ///< a connection to the service that the agent runs
  dial,              ///< to a port inside
  // what an agent passes to a client, as streams of the conversation
  input,     ///< a pipe, host → guest
  output,    ///< a pipe, guest → host
  terminal,  ///< both ways
  file,      ///< a regular file that may grow, guest → host
};

struct Open {
  ChannelKind kind{};
  std::uint8_t zero = 0;
  std::uint16_t port = 0;  ///< of a dial
};

struct OpenStream {
  std::uint32_t channel = 0;
  ChannelKind kind{};
  std::uint8_t zero[3] = {};
};
inline constexpr std::size_t kMostStreams = 3;  ///< of a conversation

constexpr bool goes_in(ChannelKind kind) { return kind != ChannelKind::output && kind != ChannelKind::file; }
constexpr bool comes_out(ChannelKind kind) { return kind != ChannelKind::input; }
constexpr bool is_stream(ChannelKind kind) { return kind >= ChannelKind::input && kind <= ChannelKind::file; }

}  // namespace sandbox::wire
