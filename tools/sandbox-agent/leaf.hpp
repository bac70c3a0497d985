#pragma once
// Leaf: the cgroup of one command. Whatever the command starts is born in it, however it
// forks, so that one write ends all of it. A leaf that was killed is never used again: Linux
// kills everything that is later born into it.
#include <cstdint>

#include "handle.hpp"

namespace sandbox::agent {

class Leaf {
 public:
  Leaf(int sandbox_cgroup, std::uint64_t serial) : base_(sandbox_cgroup), serial_(serial) {}

  /// The new cgroup's directory, to be born in; -1 with errno.
  Handle create() const;

  /// SIGTERM to every process in it.
  void terminate() const;
  /// SIGKILL to every process in it. Repeat until populated() is false: one write can miss a
  /// process that is just being born.
  void kill() const;
  bool populated() const;
  /// How many processes are in it, counted up to a bound.
  std::uint32_t processes() const;
  /// Processor time of all that ever ran in it; leaves both alone when nobody counted.
  void read_cpu_time(std::uint64_t& user_us, std::uint64_t& system_us) const;
  /// False while something lives in it.
  bool remove() const;

 private:
  Handle open(const char* file, int flags) const;
  int base_;
  std::uint64_t serial_;
};

}  // namespace sandbox::agent
