#pragma once
// Supply: how a doorman gets sockets that connect inside: it has no way there of its own. It asks
// for a few; whoever holds the other end makes them in the sandbox's network and sends them.
// Neither side waits for the other.
#include <cstddef>
#include <optional>
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
/// What is asked for by all that wait there, together; nothing when nobody does.
std::optional<SocketsWanted> sockets_wanted(const Fd& channel);

/// Makes them in the network namespace of a process, in a short-lived child, and sends them. Fewer
/// than were asked for: the network has no more, or no such family. The caller has one thread.
void supply_sockets(const Fd& channel, const Fd& process, const SocketsWanted& wanted);
/// What has come; nothing when nothing has.
std::optional<SocketStock> receive_sockets(const Fd& channel);

}  // namespace sandbox::doors
