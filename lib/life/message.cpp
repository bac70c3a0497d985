#include "life/message.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "wire/frame.hpp"

namespace sandbox::life {

namespace {

/// Fills the buffer; false at end of file before the first byte. Takes a descriptor along.
bool receive_exactly(const Fd& socket, char* bytes, std::size_t size, Fd& descriptor) {
  for (std::size_t done = 0; done < size;) {
    iovec part{bytes + done, size - done};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    const ssize_t n = ::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != ECONNRESET) throw_system_error("cannot hear from the other process");
    if (n <= 0) {
      if (done == 0) return false;
      throw Error(ExitCode::failed, "the other process went away in the middle of a message");
    }
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
      if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
        descriptor = Fd(fd);
      }
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

void send_message(const Fd& socket, const Json& json, int descriptor) {
  const std::string text = record::dump(json);
  const wire::Header head{static_cast<std::uint32_t>(text.size()), wire::Kind::to_supervisor, 0};
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  bytes += text;
  for (std::size_t done = 0; done < bytes.size();) {
    iovec part{bytes.data() + done, bytes.size() - done};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (descriptor >= 0 && done == 0) {
      message.msg_control = space;
      message.msg_controllen = sizeof space;
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    const ssize_t n = ::sendmsg(socket.get(), &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot reach the other process");
    done += static_cast<std::size_t>(n);
  }
}

std::optional<Message> receive_message(const Fd& socket) {
  Message message;
  wire::Header head;
  if (!receive_exactly(socket, reinterpret_cast<char*>(&head), sizeof head, message.descriptor)) return std::nullopt;
  if (head.kind != wire::Kind::to_supervisor || head.length > kMaxMessage)
    throw Error(ExitCode::failed, "the other process does not speak our language");
  std::string text(head.length, '\0');
  if (!receive_exactly(socket, text.data(), text.size(), message.descriptor) && !text.empty())
    throw Error(ExitCode::failed, "the other process went away in the middle of a message");
  message.json = record::parse(text, "a message");
  return message;
}

}  // namespace sandbox::life
