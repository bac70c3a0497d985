#pragma once
// Sockets: made inside a sandbox's network namespace and used outside. A socket belongs to the
// namespace it was made in, so whoever holds it serves the sandbox and stays where he is.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace sandbox::doors {

struct Sockets {
  std::vector<std::string> names;  ///< see Orders::sockets
  std::vector<Fd> sockets;
};

enum class Ground { bare, prepared };

/// Enters the user and network namespaces of a process, in a short-lived child, and makes a
/// listening socket for each port there; lo is up. On bare ground it first makes 198.18.0.0/15 local (a
/// route, no packet filter) and adds the sockets of DNS and proxy. The caller has one thread.
Sockets make_sockets(const Fd& process, std::span<const std::uint16_t> ports, Ground ground);

/// One that listens on a port of 127.0.0.1 there, made in the same way. An sshd inside is reached by kSshPort: no
/// program of a user can have taken it.
Fd make_listener(const Fd& process, std::uint16_t port);

}  // namespace sandbox::doors
