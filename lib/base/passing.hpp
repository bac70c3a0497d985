#pragma once
// Passing: descriptors that travel beside bytes over a Unix socket (SCM_RIGHTS, unix(7)).
#include <sys/types.h>

#include <span>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace sandbox {

/// Two connected sockets of a type, SOCK_STREAM or SOCK_SEQPACKET.
std::pair<Fd, Fd> socket_pair(int type);

inline constexpr std::size_t kMostPassed = 253;  ///< SCM_MAX_FD: of one sendmsg(2)

/// One sendmsg(2) with MSG_NOSIGNAL, repeated after EINTR; returns what that returns. The
/// descriptors stay the caller's. More than kMostPassed: EINVAL.
ssize_t send_passing(int socket, std::string_view bytes, std::span<const int> descriptors, int flags = 0);

/// One recvmsg(2), repeated after EINTR; returns what that returns. What
/// came along is appended, close-on-exec, whatever the result. Some lost on the way: EMSGSIZE.
ssize_t receive_passing(int socket, std::span<char> bytes, std::vector<Fd>& descriptors, int flags = 0);

}  // namespace sandbox
