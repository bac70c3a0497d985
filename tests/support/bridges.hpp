#pragma once
// Bridges: the two ends of a bridge as processes, and the test in the roles around them: the
// supervisor, and the agent or whoever is given its control socket. A socket is the machine's port.
#include <sys/socket.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/passing.hpp"
#include "wire/frame.hpp"

namespace sandbox::test {

inline Child start_bridge(const char* side, const Fd& control, const Fd& port) {
  return Child::spawn({libexec_directory() / "sandbox-bridge",
                       {"sandbox-bridge", side},
                       {},
                       {{control.get(), wire::kAgentControlFd}, {port.get(), wire::kAgentControlFd + 1}}});
}

/// Nothing where we may not look: the host end is for root alone to look into.
inline std::optional<std::size_t> descriptors_of(int pid) {
  std::error_code denied;
  std::size_t count = 0;
  std::filesystem::directory_iterator entry("/proc/" + std::to_string(pid) + "/fd", denied);
  if (denied) return std::nullopt;
  for (; entry != std::filesystem::directory_iterator(); ++entry) ++count;
  return count;
}

/// An end that says nothing for so long is a failure, not a test that hangs.
inline void lose_patience(const Fd& socket) {
  const timeval patience{30, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

class Bridges {
 public:
  Bridges() {
    auto [supervisor, host_control] = socket_pair(SOCK_SEQPACKET);
    auto [agent, guest_control] = socket_pair(SOCK_SEQPACKET);
    auto [host_port, guest_port] = socket_pair(SOCK_STREAM);
    host_ = std::make_unique<Child>(start_bridge("host", host_control, host_port));
    guest_ = std::make_unique<Child>(start_bridge("guest", guest_control, guest_port));
    supervisor_ = std::move(supervisor);
    agent_ = std::move(agent);
    lose_patience(supervisor_);
    lose_patience(agent_);
  }

  const Fd& supervisor() const { return supervisor_; }
  const Fd& agent() const { return agent_; }
  Fd take_supervisor() { return std::move(supervisor_); }
  Fd take_agent() { return std::move(agent_); }
  Child& host() { return *host_; }
  Child& guest() { return *guest_; }

 private:
  std::unique_ptr<Child> host_, guest_;
  Fd supervisor_, agent_;
};

}  // namespace sandbox::test
