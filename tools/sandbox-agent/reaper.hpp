#pragma once
// Reaper: where there is no cgroup, each command has a small process above it that inherits
// every orphan the command leaves (PR_SET_CHILD_SUBREAPER). To kill, it stops all descendants
// until a pass over /proc finds none that runs, kills them, and repeats; the proof that
// nothing is left is its own wait(2) saying ECHILD, and then it exits.
#include <cstdint>

#include "handle.hpp"
#include "start.hpp"
#include "wire/frame.hpp"

namespace sandbox::agent {

/// Agent → reaper, one per datagram.
struct ReaperOrder {
  enum class What : std::int32_t { signal_group, terminate_all, kill_all } what;
  std::int32_t signal;  ///< for signal_group
};

/// Reaper → agent, twice: first with the command's pid (or a negative errno, and nothing
/// more), then when the command's own process ended.
struct ReaperReport {
  std::int64_t command;
  wire::Ended ended;
};

/// The reaper's pid, or a negative errno; `socket` becomes the agent's end. The agent waits
/// for nothing here: a newborn reaper, too, may be stopped by a process of root inside.
pid_t start_under_reaper(const Start& start, Handle& socket);

}  // namespace sandbox::agent
