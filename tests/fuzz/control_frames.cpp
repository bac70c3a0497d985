// What comes over the agent's control socket, as datagrams with any number of descriptors. What is
// served afterwards is a whole command, and no descriptor is left over.
// sources: tools/sandbox-agent/control.cpp tools/sandbox-agent/guests.cpp tools/sandbox-agent/request.cpp tools/sandbox-agent/command_line.cpp tools/sandbox-agent/passwd.cpp
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "command_line.hpp"
#include "control.hpp"
#include "guests.hpp"

namespace {

using namespace sandbox;

constexpr int kLooked = 64;  // descriptors are numbered from below

int open_descriptors() {
  int count = 0;
  for (int fd = 0; fd < kLooked; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) ++count;
  return count;
}

void send(int socket, std::string_view bytes, std::size_t count) {
  alignas(cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = {};
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (count > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    const int all[] = {socket, socket, socket};
    std::memcpy(CMSG_DATA(header), all, count * sizeof(int));
  }
  if (::sendmsg(socket, &message, 0) < 0) std::abort();
}

void check(const agent::Guests& guests) {
  agent::CommandLine line;
  if (guests.listener() < 0 || !line.build({}, guests.command(), {})) return;
  std::size_t count = 0;
  while (line.argv()[count]) ++count;
  if (count == 0 || count != guests.command().arguments) std::abort();
}

void play(std::string_view input) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) std::abort();
  const agent::Handle ours(ends[0]), theirs(ends[1]);
  agent::Guests guests;
  // Each datagram: how many descriptors, two bytes of length, the bytes.
  while (input.size() >= 3) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
    const std::size_t count = byte(0) % 4, size = byte(1) | static_cast<std::size_t>(byte(2)) << 8;
    const std::string_view bytes = input.substr(3, size);
    input.remove_prefix(3 + bytes.size());
    if (bytes.empty()) continue;  // nobody sends it: it would be the end
    send(ours.get(), bytes, count);
    agent::Buffer buffer;
    agent::ControlFrame frame;
    if (!agent::receive_control_frame(theirs.get(), buffer, frame)) return;
    if (frame.kind == wire::Kind::serve) (void)guests.take(frame.payload, std::move(frame.descriptor));
    check(guests);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const int before = open_descriptors();
  play({reinterpret_cast<const char*>(data), size});
  if (open_descriptors() != before) std::abort();
  return 0;
}
