#pragma once
// Sockets: what connections are told before anything is said on them, or after.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/fd.hpp"

namespace sandbox::doorman {

/// Small writes go out at once; a peer that is gone is found out.
inline void prepare(const Fd& socket) {
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
}

/// Its end will be a reset.
inline void make_abrupt(const Fd& socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace sandbox::doorman
