#pragma once
// Ways in: listening sockets of the host's side of the sandbox's network, and what each connection to
// them becomes inside: a guest of the agent's service, or a connection to a port there.
#include <poll.h>

#include "wire/handle.hpp"
#include "wire/packet.hpp"

namespace sandbox::bridge {

class Ways {
 public:
  static constexpr std::size_t kMost = 65;

  struct Way {
    wire::Handle listener;
    wire::Open open{};
  };

  /// In the place of the one that leads to the same; an empty listener takes that away. One too
  /// many is closed: nobody gets through.
  void set(wire::Handle listener, const wire::Open& open);

  /// Fills kMost waits. `rests`: nobody is let in now.
  void add_waits(pollfd* waits, bool rests) const;
  Way& at(std::size_t place) { return ways_[place]; }

 private:
  Way ways_[kMost];
};

}  // namespace sandbox::bridge
