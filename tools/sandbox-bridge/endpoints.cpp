#include "endpoints.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sandbox::bridge {

namespace {

constexpr int kPipeBytes = 256 * 1024;
constexpr int kBacklog = 128;

Ends make_pipe(bool far_writes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return {};
  ::fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes);  // best effort: a small one is only slower
  return {Handle(ends[far_writes ? 0 : 1]), Handle(ends[far_writes ? 1 : 0])};
}

Handle dial(int family, const void* address, socklen_t size) {
  Handle socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return {};
  if (::connect(socket.get(), static_cast<const sockaddr*>(address), size) < 0 && errno != EINPROGRESS) return {};
  return socket;
}

}  // namespace

bool make_nonblocking(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

Ends make_sockets() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return {};
  Ends made{Handle(ends[0]), Handle(ends[1])};
  return make_nonblocking(ends[0]) ? std::move(made) : Ends{};
}

Ends make_stream(ChannelKind kind) {
  if (kind == ChannelKind::terminal) return make_sockets();
  Ends made = make_pipe(kind == ChannelKind::input);
  return made.near && make_nonblocking(made.near.get()) ? std::move(made) : Ends{};
}

ChannelKind kind_of(int descriptor) {
  struct stat info {};
  const int flags = ::fcntl(descriptor, F_GETFL), mode = flags & O_ACCMODE;
  if (flags < 0 || ::fstat(descriptor, &info) < 0) return {};
  if (S_ISREG(info.st_mode)) return mode == O_RDONLY ? ChannelKind::file : ChannelKind{};
  if (!make_nonblocking(descriptor)) return {};
  if (S_ISCHR(info.st_mode) && mode == O_RDWR) return ChannelKind::terminal;
  if (!S_ISFIFO(info.st_mode) || mode == O_RDWR) return {};
  return mode == O_WRONLY ? ChannelKind::input : ChannelKind::output;
}

Handle listen_for(Service& service) {
  Handle socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  service.address = {};
  service.address.sun_family = AF_UNIX;
  service.size = sizeof service.address;
  // Bound without a name, it gets one that nobody else has, in no directory.
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&service.address), sizeof(sa_family_t)) < 0 ||
      ::listen(socket.get(), kBacklog) < 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&service.address), &service.size) < 0)
    return {};
  return socket;
}

Handle connect_to(const Service& service) {
  return service.size == 0 ? Handle{} : dial(AF_UNIX, &service.address, service.size);
}

Handle dial_ipv4(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return dial(AF_INET, &address, sizeof address);
}

Handle dial_ipv6(std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  return dial(AF_INET6, &address, sizeof address);
}

bool is_connected(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

}  // namespace sandbox::bridge
