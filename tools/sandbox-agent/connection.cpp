#include "connection.hpp"

#include <errno.h>
#include <sys/socket.h>

namespace sandbox::agent {

namespace {

constexpr std::size_t kMaxQueued = 256 * 1024;
constexpr std::size_t kFirstRead = 4096;

}  // namespace

void Connection::receive() {
  std::size_t wanted = kFirstRead;
  wire::Header header;
  if (in_.size() >= sizeof header) {
    std::memcpy(&header, in_.data(), sizeof header);
    wanted = sizeof header + header.length;  // checked when the header was first seen
  }
  if (!in_.reserve(wanted > in_.size() ? wanted : in_.size() + kFirstRead)) {
    broken_ = true;
    return;
  }
  // Descriptors that a client may attach are dropped by the kernel: nothing takes them.
  const ssize_t n =
      ::recv(socket(), in_.data() + in_.size(), in_.capacity() - in_.size(), MSG_DONTWAIT);
  if (n > 0)
    in_.grew(static_cast<std::size_t>(n));
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    broken_ = true;
}

bool Connection::next_frame(wire::Kind& kind, std::string_view& payload) {
  wire::Header header;
  if (in_.size() < sizeof header) return false;
  std::memcpy(&header, in_.data(), sizeof header);
  if (header.length > wire::kMaxPayload || header.zero != 0) {
    broken_ = true;
    return false;
  }
  if (in_.size() - sizeof header < header.length) return false;
  kind = header.kind;
  payload = {in_.data() + sizeof header, header.length};
  return true;
}

void Connection::done_with_frame() {
  wire::Header header;
  std::memcpy(&header, in_.data(), sizeof header);
  in_.drop_front(sizeof header + header.length);
  if (in_.size() == 0) in_.reset();
}

void Connection::send(std::string_view frame) {
  if (out_.size() + frame.size() > kMaxQueued || !out_.append(frame)) broken_ = true;
  flush();
}

void Connection::flush() {
  while (!broken_ && out_.size() != 0) {
    const ssize_t n = ::send(socket(), out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0)
      broken_ = true;
    else
      out_.drop_front(static_cast<std::size_t>(n));
  }
  if (out_.size() == 0) out_.reset();
}

void Connection::send_with(std::string_view frame, std::span<const int> descriptors) {
  alignas(cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = {};
  iovec bytes{const_cast<char*>(frame.data()), frame.size()};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  if (out_.size() != 0 || ::sendmsg(socket(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) !=
                              static_cast<ssize_t>(frame.size()))
    broken_ = true;
}

}  // namespace sandbox::agent
