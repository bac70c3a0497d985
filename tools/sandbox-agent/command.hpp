#pragma once
// Command: one running (or, detached, one remembered) command and what the agent holds for it.
#include <sys/types.h>

#include <cstdint>

#include "buffer.hpp"
#include "handle.hpp"
#include "wire/frame.hpp"

namespace sandbox::agent {

struct Command {
  enum class Role { program, put, get, put_tree, get_tree, probe };
  enum class State {
    running,
    stopping,  ///< asked to end; killed when the grace is over
    killing,   ///< until nothing of it is left
    ended,
  };

  explicit Command(std::uint64_t number) : serial(number) {}

  std::uint64_t serial;  ///< never 0, never reused
  Role role = Role::program;
  State state = State::running;
  bool detached = false;
  bool own = false;  ///< of the supervisor itself: no activity, and its end takes its descendants
  bool has_leaf = false;
  pid_t pid = 0;     ///< of its own process; 0 until the reaper has told
  pid_t reaper = 0;  ///< 0 with a leaf
  Handle reaper_socket;
  Handle report;   ///< end of file: the program runs; a wire::Failed: it does not
  Handle kept;     ///< the terminal, or the output of a detached command
  Handle control;  ///< of a put: one byte commits, end of file discards

  std::uint64_t started_us = 0;
  std::uint64_t timer_us = 0;     ///< when the state wants attention; 0: never
  std::uint64_t give_up_us = 0;   ///< when killing has taken too long
  std::uint64_t grace_us = 0;
  std::uint64_t held_signals = 0;  ///< a bit each: came before its program was started
  bool runs = false;        ///< its program was started
  bool announced = false;   ///< clients know that it runs
  bool told = false;        ///< clients know that it ended
  bool main_ended = false;  ///< its own process was waited for
  bool stuck = false;
  wire::Cause cause = wire::Cause::none;
  wire::Ended ended{};
  wire::Failed failed{};  ///< step 0: it did not fail
  Buffer arguments;       ///< detached: its argument fields, shortened, for lists
};

}  // namespace sandbox::agent
