#include "probe.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>

#include "handle.hpp"

namespace sandbox::agent {

namespace {

constexpr unsigned kPatienceSeconds = 5;

Handle connect_to(const sockaddr* address, socklen_t size) {
  Handle socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket && ::connect(socket.get(), address, size) < 0) {
    const int error = errno;
    socket.close();
    errno = error;
  }
  return socket;
}

Handle connect_to(std::uint16_t port) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Handle socket = connect_to(reinterpret_cast<const sockaddr*>(&four), sizeof four);
  if (socket || errno != ECONNREFUSED) return socket;
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  six.sin6_addr = IN6ADDR_LOOPBACK_INIT;
  socket = connect_to(reinterpret_cast<const sockaddr*>(&six), sizeof six);
  if (!socket && errno != EINTR) errno = ECONNREFUSED;  // no IPv6 is no other reason
  return socket;
}

int send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

/// "HTTP/1.x NNN": the status is good from 200 to 399.
int read_status(int socket) {
  char line[12];
  std::size_t size = 0;
  while (size < sizeof line) {
    const ssize_t n = ::recv(socket, line + size, sizeof line - size, 0);
    if (n < 0) return errno;
    if (n == 0) return EPROTO;
    size += static_cast<std::size_t>(n);
  }
  const bool is_http = std::string_view(line, 7) == "HTTP/1." && line[8] == ' ';
  const bool is_good = line[9] == '2' || line[9] == '3';
  return is_http && is_good ? 0 : EPROTO;
}

}  // namespace

int look_at_port(const void* context) {
  const Probe& probe = *static_cast<const Probe*>(context);
  ::alarm(kPatienceSeconds);  // its default ends us, and that is an answer, too
  const Handle socket = connect_to(probe.port);
  if (!socket) return errno;
  if (!probe.path) return 0;
  for (const std::string_view part :
       {std::string_view("GET "), std::string_view(probe.path),
        std::string_view(" HTTP/1.0\r\nHost: localhost\r\nUser-Agent: sandbox\r\nConnection: close\r\n\r\n")})
    if (const int error = send_all(socket.get(), part)) return error;
  return read_status(socket.get());
}

}  // namespace sandbox::agent
