#pragma once
// Socket filter: what is left to a process that moves bytes between sockets that it has and
// Internet sockets that it makes. No file, no process, no other kind of socket.
#include <cstdint>
#include <optional>

namespace sandbox::isolate {

/// Becomes `user` (when root is who we are), gives up all capabilities and groups, cannot be
/// traced or dumped, dies with its parent, and from here on makes only those system calls.
void give_up_all_but_sockets(std::optional<std::uint32_t> user);

}  // namespace sandbox::isolate
