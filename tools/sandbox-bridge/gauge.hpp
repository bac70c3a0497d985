#pragma once
// Gauge: what the guest's kernel counted against the limits of all commands. Looked at before the
// host hears of anything that the agent says: whoever hears that a command failed can find the limit that it hit.
#include <string_view>

#include "wire/frame.hpp"
#include "wire/handle.hpp"

namespace sandbox::bridge {

class Gauge {
 public:
  Gauge() = default;
  /// `group`: the cgroup of all commands. `disk`: a directory of their disk.
  Gauge(wire::Handle group, wire::Handle disk) : group_(std::move(group)), disk_(std::move(disk)) {}

  /// The cgroup is the agent's as well, and comes with its setup.
  const wire::Handle& group() const { return group_; }

  /// True when something is not as it was said last; the frame is in bytes() then.
  bool look();
  /// Nobody has heard anything yet.
  void forget() { said_ = {}; }
  std::string_view bytes() const { return {frame_, sizeof frame_}; }

 private:
  wire::Handle group_, disk_;
  wire::Gauge said_{};
  char frame_[sizeof(wire::Header) + sizeof(wire::Gauge)];
};

}  // namespace sandbox::bridge
