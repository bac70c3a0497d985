#include "channels.hpp"

#include "conversation.hpp"
#include "wire/make.hpp"

namespace sandbox::bridge {

Channels::~Channels() { close_all(); }

void Channels::close_all() {
  for_each([this](Channel& channel) { close(channel); });
  turn_ = 0;
}

Channel* Channels::make_at(std::uint32_t number, ChannelKind kind, Handle end) {
  Channel* channel = wire::make<Channel>(side_, number, kind, std::move(end));
  if (!channel) return nullptr;
  if (kind == ChannelKind::conversation && !(channel->conversation = wire::make<Conversation>())) {
    wire::unmake(channel);
    return nullptr;
  }
  table_[number] = channel;
  if (number > highest_) highest_ = number;
  return channel;
}

Channel* Channels::open(ChannelKind kind, Handle end) {
  for (std::uint32_t number = side_ == Side::host ? 2 : 1; number <= wire::kMostChannels; number += 2)
    if (!table_[number]) return make_at(number, kind, std::move(end));
  return nullptr;
}

Channel* Channels::open_as(std::uint32_t number, ChannelKind kind, Handle end) {
  if (number == 0 || number > wire::kMostChannels || is_ours(number) || table_[number]) return nullptr;
  return make_at(number, kind, std::move(end));
}

void Channels::close(Channel& channel) {
  if (channel.kind() == ChannelKind::conversation) wire::unmake(channel.conversation);
  else if (channel.conversation) channel.conversation->leave(channel);
  table_[channel.number()] = nullptr;
  wire::unmake(&channel);
  while (highest_ != 0 && !table_[highest_]) --highest_;
}

}  // namespace sandbox::bridge
