#include "passing.hpp"

#include <sys/socket.h>

#include <cstring>

namespace sandbox::bridge {

namespace {

union Space {
  cmsghdr header;
  char bytes[CMSG_SPACE(kMostPassed * sizeof(int))];
};

}  // namespace

ssize_t send_passing(int socket, std::string_view bytes, std::span<const Handle> descriptors) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  Space space{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    int numbers[kMostPassed];
    for (std::size_t i = 0; i < descriptors.size(); ++i) numbers[i] = descriptors[i].get();
    const std::size_t size = descriptors.size() * sizeof(int);
    message.msg_control = &space;
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), numbers, size);
  }
  return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t receive_passing(int socket, std::span<char> bytes, std::span<Handle> descriptors, std::size_t& count) {
  iovec part{bytes.data(), bytes.size()};
  Space space{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &space;
  message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
  const ssize_t n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  count = 0;
  const cmsghdr* header = n < 0 ? nullptr : CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return n;
  const std::size_t came = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  int numbers[kMostPassed + 1];
  std::memcpy(numbers, CMSG_DATA(header), came * sizeof(int));
  for (; count < came; ++count) {
    Handle owned(numbers[count]);
    // The kernel rounds the room up, so that one more than asked for can come.
    if (count < descriptors.size()) descriptors[count] = std::move(owned);
  }
  if (count > descriptors.size()) count = descriptors.size();
  return n;
}

ssize_t next_size(int socket) {
  msghdr message{};
  return ::recvmsg(socket, &message, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
}

}  // namespace sandbox::bridge
