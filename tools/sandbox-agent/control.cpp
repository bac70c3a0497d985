#include "control.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace sandbox::agent {

namespace {

/// The one that came. Space for one has room for two, as it is rounded up; two are none.
Handle descriptor_of(msghdr& message) {
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return Handle();
  int descriptors[] = {-1, -1};
  const std::size_t size = header->cmsg_len - CMSG_LEN(0);
  std::memcpy(descriptors, CMSG_DATA(header), size < sizeof descriptors ? size : sizeof descriptors);
  Handle first(descriptors[0]);
  const Handle second(descriptors[1]);
  return second ? Handle() : std::move(first);
}

}  // namespace

bool receive_control_frame(int socket, Buffer& buffer, ControlFrame& out) {
  ssize_t size = 0;
  do size = ::recv(socket, nullptr, 0, MSG_PEEK | MSG_TRUNC);
  while (size < 0 && errno == EINTR);
  wire::Header header;
  if (size < static_cast<ssize_t>(sizeof header) ||
      size > static_cast<ssize_t>(sizeof header + wire::kMaxPayload))
    return false;
  buffer.reset();
  if (!buffer.reserve(static_cast<std::size_t>(size))) return false;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec bytes{buffer.data(), static_cast<std::size_t>(size)};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != size) return false;
  out.descriptor = descriptor_of(message);
  buffer.grew(static_cast<std::size_t>(size));
  std::memcpy(&header, buffer.data(), sizeof header);
  if (header.zero != 0 || header.length != static_cast<std::size_t>(size) - sizeof header)
    return false;
  out.kind = header.kind;
  out.payload = {buffer.data() + sizeof header, header.length};
  return true;
}

}  // namespace sandbox::agent
