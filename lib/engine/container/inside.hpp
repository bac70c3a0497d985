#pragma once
// Inside: what the child does between clone3 and the start of the agent. One visible list of
// steps, in the order in which they must happen.
#include <array>
#include <cstdint>
#include <vector>

#include "base/fd.hpp"
#include "engine/machine.hpp"
#include "isolate/namespaces.hpp"

namespace sandbox::engine {

/// All that the child needs; made before the clone, so that the child only acts on it.
struct Inside {
  const Spec& spec;
  isolate::IdMap ids;
  Fd control;   ///< the agent's end of the control socket
  Fd parent;    ///< the supervisor's end: the child closes it first
  Fd report;    ///< write end of a pipe: text of the failure, or end of file at execve
  Fd program;   ///< the agent, sealed
  bool process_limit = false;  ///< by rlimit, for want of a cgroup
};

/// The parent's permission to go on, with the id-mapped layers and shares, the disk and a folder of
/// devices as descriptors; then one with the entrances of the cgroups, see isolate::join(). The
/// child's answer, with the disk as descriptor.
struct Signal {
  std::uint32_t layers = 0;
  std::uint32_t shares = 0;
  std::uint32_t disks = 0;    ///< 0 or 1
  std::uint32_t devices = 0;  ///< the same
  std::array<std::uint32_t, 8> stage_us{};  ///< of the child, in the order of kStages
};
inline constexpr std::array<const char*, 8> kStages = {"permission", "root",    "proc",  "dev",
                                                       "shares",     "cgroups", "pivot", "session"};

/// Never returns: becomes the agent, or reports and exits.
[[noreturn]] void go_inside(Inside inside);

/// One datagram with descriptors, over the control socket before the agent runs.
void send_signal(const Fd& socket, const Signal& signal, const std::vector<int>& descriptors);

/// False when the other side is gone.
bool receive_signal(const Fd& socket, Signal& signal, std::vector<Fd>& descriptors);

}  // namespace sandbox::engine
