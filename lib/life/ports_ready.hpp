#pragma once
// PortsReady: whether something listens on each published port inside, for a launch that is to wait
// for that. It never waits itself.
#include <poll.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "life/ready_check.hpp"
#include "record/port.hpp"

namespace sandbox::life {

class PortsReady {
 public:
  PortsReady(const std::vector<record::Port>& ports, std::chrono::milliseconds patience, AgentLink& agent);

  bool ready() const { return left_.empty(); }
  /// Why that will not be in time.
  std::optional<Error> trouble() const;

  /// Milliseconds until step() is due.
  int wait_ms() const;
  void add_waits(std::vector<pollfd>& waits);
  void step(const std::vector<pollfd>& waits, std::size_t first);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  AgentLink& agent_;
  std::deque<std::uint16_t> left_;
  std::chrono::milliseconds patience_;
  SteadyTime deadline_, next_check_;
  std::chrono::milliseconds check_every_;
  std::unique_ptr<ReadyCheck> check_;  ///< of the first that is left
  bool waits_ = false;
};

}  // namespace sandbox::life
