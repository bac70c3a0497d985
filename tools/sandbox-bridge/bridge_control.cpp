// What crosses between the control socket and channel 0, and the descriptors that come with it.
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "bridge.hpp"
#include "conversation.hpp"

namespace sandbox::bridge {

using wire::Kind;

namespace {

std::uint16_t port_of(std::string_view datagram) {
  wire::FieldReader fields(datagram.substr(sizeof(wire::Header)));
  std::uint64_t port = 0;
  for (wire::Field field{}; fields.next(field);)
    if (field.tag == wire::Tag::port && !field.as(port)) return 0;
  return port > 0xFFFF ? 0 : static_cast<std::uint16_t>(port);
}

Handle copy_of(const Handle& handle) { return Handle(handle ? ::fcntl(handle.get(), F_DUPFD_CLOEXEC, 3) : -1); }

Kind kind_of_frame(std::string_view datagram) {
  wire::Header header;
  std::memcpy(&header, datagram.data(), sizeof header);
  return header.kind;
}

}  // namespace

/// False at the end: the supervisor, or the agent, is gone.
bool Bridge::serve_control(short ready) {
  if ((ready & POLLOUT) != 0) control_.on_room();
  if ((ready & (POLLHUP | POLLERR)) != 0) return false;
  if ((ready & POLLIN) != 0) {
    Handle descriptor;
    const Control::Taken taken = control_.take(descriptor);
    if (taken == Control::Taken::gone) return false;
    if (taken == Control::Taken::datagram) send_datagram(std::move(descriptor));
  }
  return give_datagrams();
}

/// The agent's datagrams bring no descriptors; of the supervisor's, a client's and a listening
/// socket stay here, and any other goes nowhere.
void Bridge::send_datagram(Handle descriptor) {
  const Kind kind = side_ == Side::host ? kind_of_frame(control_.datagram()) : Kind{};
  if (kind == Kind::client) {
    const std::uint32_t number = open_channel({.kind = ChannelKind::conversation}, std::move(descriptor));
    return number == 0 ? control_.drop() : control_.address(number);
  }
  if (kind == Kind::dial) {
    take_way({.kind = ChannelKind::dial, .port = port_of(control_.datagram())}, std::move(descriptor));
    return control_.drop();
  }
  if (kind == Kind::serve && descriptor) take_way({.kind = ChannelKind::arrival}, std::move(descriptor));
  control_.address(0);
}

/// Its number; 0 when there is none left. The descriptor is closed then, which refuses whoever
/// is at its other end.
std::uint32_t Bridge::open_channel(const wire::Open& open, Handle descriptor) {
  if (!descriptor || !make_nonblocking(descriptor.get())) return 0;
  const Channel* channel = channels_.open(open.kind, std::move(descriptor));
  if (!channel) return 0;
  port_.out.put_value(channel->number(), wire::PacketType::open, open);
  return channel->number();
}

void Bridge::take_way(const wire::Open& open, Handle listener) {
  if (!listener || make_nonblocking(listener.get())) ways_.set(std::move(listener), open);
}

/// Somebody connected.
void Bridge::welcome(Ways::Way& way) {
  Handle arrival(::accept4(way.listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  const bool was_there = arrival || (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED);
  if (was_there && open_channel(way.open, std::move(arrival)) == 0) weary_ = true;
}

bool Bridge::give_datagrams() {
  wire::Letter letter;
  for (std::string_view datagram; control_.first(letter, datagram);) {
    broken_ = side_ == Side::host && letter.channel != 0;
    if (broken_) return false;
    Handle listener;
    Handle* along = nullptr;
    Channel* channel = channels_.find(letter.channel);
    if (channel && channel->kind() == ChannelKind::conversation) along = channel->conversation->far;
    if (side_ == Side::guest && kind_of_frame(datagram) == Kind::serve) along = &(listener = listen_for(service_));
    if (side_ == Side::guest && kind_of_frame(datagram) == Kind::setup) along = &(listener = copy_of(gauge_.group()));
    const Control::Given given = control_.give(datagram, {along, along && *along ? 1U : 0U});
    if (given != Control::Given::yes) return given == Control::Given::later;
    if (along) along->close();  // it is the agent's now
  }
  return true;
}

}  // namespace sandbox::bridge
