#pragma once
// Passing: descriptors that travel beside bytes over a Unix socket, without ever waiting.
#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "wire/handle.hpp"

namespace sandbox::bridge {

using wire::Handle;

inline constexpr std::size_t kMostPassed = 8;

/// As sendmsg(2). The descriptors stay the caller's.
ssize_t send_passing(int socket, std::string_view bytes, std::span<const Handle> descriptors);

/// As recvmsg(2). What came along is in the first `count` of the descriptors; what has no room
/// there is closed.
ssize_t receive_passing(int socket, std::span<char> bytes, std::span<Handle> descriptors, std::size_t& count);

/// How large the next datagram is, as recvmsg(2).
ssize_t next_size(int socket);

}  // namespace sandbox::bridge
