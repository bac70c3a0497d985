#pragma once
// Endpoints: the descriptors that channels end in, and how they are made. Each is non-blocking;
// an empty one means that it could not be made.
#include <sys/socket.h>
#include <sys/un.h>

#include "wire/handle.hpp"
#include "wire/packet.hpp"

namespace sandbox::bridge {

using wire::ChannelKind;
using wire::Handle;

bool make_nonblocking(int descriptor);

struct Ends {
  Handle near, far;  ///< ours, and the one to be handed over
};
Ends make_sockets();
/// Host: what stands for a stream of that kind.
Ends make_stream(ChannelKind kind);

/// Guest: which stream a descriptor of the agent's is; no such kind when it is none.
ChannelKind kind_of(int descriptor);

/// Guest: a listening socket whose connections the agent serves, and how to reach it.
struct Service {
  sockaddr_un address{};
  socklen_t size = 0;
};
Handle listen_for(Service& service);
Handle connect_to(const Service& service);

/// Guest: a connection to a port of the loopback interface; it may not be there yet.
Handle dial_ipv4(std::uint16_t port);
Handle dial_ipv6(std::uint16_t port);
/// Whether it came to be.
bool is_connected(int socket);

}  // namespace sandbox::bridge
