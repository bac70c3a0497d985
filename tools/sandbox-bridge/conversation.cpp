#include "conversation.hpp"

#include <errno.h>
#include <sys/socket.h>

#include <algorithm>

#include "channels.hpp"
#include "endpoints.hpp"
#include "passing.hpp"

namespace sandbox::bridge {

Conversation::~Conversation() {
  for (const Stream& stream : streams_)
    if (stream.channel) stream.channel->conversation = nullptr;
}

void Conversation::join(Channel& stream) {
  joined_ = true;
  for (Stream& place : streams_) {
    if (place.channel) continue;
    place = {&stream, 0};
    stream.conversation = this;
    return;
  }
}

void Conversation::leave(Channel& stream) {
  for (Stream& place : streams_)
    if (place.channel == &stream) place = {};
}

void Conversation::hold(std::size_t bytes) {
  held_ = bytes;
  for (Stream& stream : streams_)
    if (stream.channel) stream.mark = stream.channel->passed() + stream.channel->in_hand();
}

std::size_t Conversation::may_pass() const {
  for (const Stream& stream : streams_)
    if (stream.channel && stream.channel->flows_out() && stream.channel->passed() < stream.mark) return 0;
  return held_;
}

void Conversation::drop_far() {
  while (far_count != 0) far[--far_count].close();
}

void Conversation::close_files() {
  for (const Stream& stream : streams_)
    if (stream.channel && stream.channel->kind() == ChannelKind::file) stream.channel->close_source();
}

namespace {

constexpr std::size_t kMostHeard = 16 * 1024;

bool is_at_end(int socket) {
  char byte;
  const ssize_t n = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/// False when a descriptor cannot cross: the conversation makes no sense without it.
bool announce(Channel& conversation, Handle* descriptors, std::size_t count, Channels& channels, wire::PacketWriter& out) {
  Channel* made[wire::kMostStreams] = {};
  wire::OpenStream streams[wire::kMostStreams] = {};
  bool good = !conversation.conversation->has_streams();
  for (std::size_t i = 0; good && i < count; ++i) {
    const ChannelKind kind = kind_of(descriptors[i].get());
    if (is_stream(kind)) made[i] = channels.open(kind, std::move(descriptors[i]));
    good = made[i] != nullptr;
    if (good) streams[i] = {made[i]->number(), kind, {}};
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (good) conversation.conversation->join(*made[i]);
    else if (made[i]) channels.close(*made[i]);  // nobody has heard of it yet
  }
  const std::string_view payload(reinterpret_cast<const char*>(streams), count * sizeof(wire::OpenStream));
  if (good) out.put(conversation.number(), wire::PacketType::streams, payload);
  return good;
}

/// Sends at most `size` of the kept bytes; 0 when the client takes none.
std::size_t send_some(Channel& conversation, std::size_t size) {
  Conversation& talk = *conversation.conversation;
  const bool with_far = talk.far_count != 0 && talk.far_after == 0;
  if (talk.far_count != 0 && !with_far) size = std::min(size, talk.far_after);
  const std::span<const Handle> along(talk.far, with_far ? talk.far_count : 0);
  const ssize_t n = send_passing(conversation.end(), conversation.kept().substr(0, size), along);
  if (n < 0) {
    if (errno == EAGAIN || errno == EINTR) conversation.full = true;
    else conversation.close();
    return 0;
  }
  if (with_far) talk.drop_far();
  else if (talk.far_count != 0) talk.far_after -= static_cast<std::size_t>(n);
  return static_cast<std::size_t>(n);
}

}  // namespace

void tell(Channel& conversation) {
  Conversation& talk = *conversation.conversation;
  while (conversation.writes && !conversation.full && !conversation.kept().empty()) {
    if (talk.held() == 0) talk.hold(conversation.kept().size());
    const std::size_t size = talk.may_pass();
    const std::size_t sent = size == 0 ? 0 : send_some(conversation, size);
    if (sent == 0) return;
    talk.passed(sent);
    conversation.delivered(sent);
  }
  if (conversation.kept().empty() && conversation.receiving.ended()) conversation.close();
  if (!conversation.writes) talk.drop_far();
}

void hear(Channel& conversation, bool ready, Channels& channels, wire::PacketWriter& out) {
  Conversation& talk = *conversation.conversation;
  if (talk.held() == 0) {
    // First how much was said, then how much went before it: later words wait for their turn.
    const std::size_t said = ready ? conversation.readable() : 0;
    if (said != 0) {
      talk.hold(said);
    } else if (ready && is_at_end(conversation.end())) {
      talk.close_files();
      conversation.close_source();
    }
  }
  while (talk.may_pass() != 0 && conversation.can_send(out.has_room_for_data())) {
    char bytes[kMostHeard];
    Handle descriptors[wire::kMostStreams];
    std::size_t count = 0;
    const std::size_t most = std::min({sizeof bytes, talk.may_pass(), std::size_t{conversation.sending.credit()}});
    const ssize_t n = receive_passing(conversation.end(), {bytes, most}, descriptors, count);
    if (n <= 0 || (count != 0 && !announce(conversation, descriptors, count, channels, out))) return conversation.close();
    out.put(conversation.number(), wire::PacketType::data, {bytes, static_cast<std::size_t>(n)});
    conversation.sending.sent(static_cast<std::size_t>(n));
    talk.passed(static_cast<std::size_t>(n));
    // The kernel ends a read behind descriptors: what follows waits for these streams, too.
    if (count != 0) talk.hold(talk.held());
  }
}

}  // namespace sandbox::bridge
