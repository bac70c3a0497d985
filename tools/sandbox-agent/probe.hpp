#pragma once
// Probe: the body of a look at a port inside, in a process of its own: whether something
// listens there, and perhaps whether it answers a request well. It knows just enough of HTTP
// to read a status.
#include <cstdint>

namespace sandbox::agent {

struct Probe {
  std::uint16_t port;
  const char* path;  ///< null: that something listens is enough
};

/// 0 when it does, at 127.0.0.1 or ::1; else an errno: EPROTO when the answer is no HTTP or its
/// status is not from 200 to 399. Gives up after a few seconds.
int look_at_port(const void* probe);

}  // namespace sandbox::agent
