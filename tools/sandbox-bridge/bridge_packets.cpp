// What comes from the other end of the byte channel. Each function is false when that end broke
// the rules; then nothing it said later can be understood, and the bridge ends.
#include "bridge.hpp"
#include "conversation.hpp"

namespace sandbox::bridge {

using wire::PacketType;

namespace {

template <class T>
T value_of(std::string_view payload) {
  T value;  // the reader has seen to it that the size is right
  std::memcpy(&value, payload.data(), sizeof value);
  return value;
}

}  // namespace

bool Bridge::take(const wire::Packet& packet, std::string_view payload) {
  if (packet.channel == wire::kControlChannel) return take_control(packet, payload);
  if (packet.type == PacketType::open) return take_open(packet.channel, value_of<wire::Open>(payload));
  Channel* channel = channels_.find(packet.channel);
  if (!channel || !take_for(*channel, packet.type, payload)) return false;
  drop_if_over(*channel);
  return true;
}

bool Bridge::take_for(Channel& channel, PacketType type, std::string_view payload) {
  switch (type) {
    case PacketType::data:
      return channel.receiving.take_data(payload.size()) && channel.accept(payload);
    case PacketType::streams:
      return take_streams(channel, payload);
    case PacketType::credit:
      return channel.sending.take_credit(value_of<std::uint32_t>(payload));
    case PacketType::end:
      return channel.receiving.take_end();
    case PacketType::stop:
      channel.close_source();
      return channel.sending.take_stop();
    default:
      return false;
  }
}

bool Bridge::take_control(const wire::Packet& packet, std::string_view payload) {
  if (packet.type == PacketType::sleep) return side_ == Side::guest ? ask_for_sleep() : hear_of_sleep();
  if (packet.type == PacketType::credit) return control_.sending.take_credit(value_of<std::uint32_t>(payload));
  return packet.type == PacketType::data && control_.accept(payload);
}

bool Bridge::take_open(std::uint32_t number, const wire::Open& open) {
  if (side_ == Side::host || is_stream(open.kind) || open.zero != 0) return false;
  const bool is_conversation = open.kind == ChannelKind::conversation;
  Ends ends = is_conversation ? make_sockets() : Ends{};
  if (open.kind == ChannelKind::arrival) ends.near = connect_to(service_);
  if (open.kind == ChannelKind::dial) ends.near = dial_ipv4(open.port);
  Channel* channel = channels_.open_as(number, open.kind, std::move(ends.near));
  if (!channel) return false;
  if (is_conversation) channel->conversation->far[0] = std::move(ends.far);
  channel->connecting = channel->reads && !is_conversation;
  channel->port = open.port;
  return true;
}

bool Bridge::take_streams(Channel& channel, std::string_view payload) {
  if (side_ == Side::guest || channel.kind() != ChannelKind::conversation) return false;
  Conversation& talk = *channel.conversation;
  if (talk.has_streams() || channel.receiving.ended()) return false;
  talk.far_after = channel.kept().size();
  for (; !payload.empty(); payload.remove_prefix(sizeof(wire::OpenStream))) {
    const auto stream = value_of<wire::OpenStream>(payload);
    if (!is_stream(stream.kind) || stream.zero[0] != 0 || stream.zero[1] != 0 || stream.zero[2] != 0) return false;
    // For a client who is gone it is made without an end, and ends at once.
    Ends ends = channel.writes ? make_stream(stream.kind) : Ends{};
    const bool made = static_cast<bool>(ends.far);
    Channel* opened = channels_.open_as(stream.channel, stream.kind, std::move(ends.near));
    if (!opened) return false;
    talk.join(*opened);
    talk.far[talk.far_count++] = std::move(ends.far);
    if (!made) channel.close();  // out of descriptors: this client is refused, the others live on
  }
  return true;
}

}  // namespace sandbox::bridge
