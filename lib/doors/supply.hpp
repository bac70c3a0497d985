#pragma once
// Supply: how a doorman gets sockets that connect inside: it has no way there of its own. It asks
// for a few; whoever holds the other end makes them in the sandbox's network and sends them.
// Neither side waits for the other. In the same way it asks where a published port of another sandbox
// is just now.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace sandbox::doors {

/// Connected to nothing yet, and not blocking.
struct SocketStock {
  std::vector<Fd> four, six;  ///< IPv4, IPv6
};

struct SocketsWanted {
  static constexpr std::size_t kMost = 64;  ///< of each at a time; a reader takes no more
  std::size_t four = 0, six = 0;
};

/// False when it cannot be said now.
bool ask_for_sockets(const Fd& channel, const SocketsWanted& wanted);
bool ask_for_peer(const Fd& channel, const std::string& name, std::uint16_t port);

struct Peer {
  std::string name;  ///< with kPeerDomain
  std::uint16_t port = 0;
  std::string host;  ///< an address, where it is; empty: nowhere
  std::uint16_t host_port = 0;
};

/// What is asked for by all that wait there, together.
struct Wishes {
  static constexpr std::size_t kMostPeers = 64;
  std::optional<SocketsWanted> sockets;
  std::vector<Peer> peers;
};
Wishes wishes(const Fd& channel);

/// Makes them in the network namespace of a process, in a short-lived child, and sends them. Fewer
/// than were asked for: the network has no more, or no such family. The caller has one thread.
void supply_sockets(const Fd& channel, const Fd& process, const SocketsWanted& wanted);
void tell_peer(const Fd& channel, const Peer& peer);

/// What has come; nothing when nothing has.
struct Supplied {
  std::optional<SocketStock> sockets;
  std::optional<Peer> peer;
};
std::optional<Supplied> receive_supplied(const Fd& channel);

}  // namespace sandbox::doors
