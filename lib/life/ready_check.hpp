#pragma once
// ReadyCheck: one try to find out whether a service can be used, made inside its sandbox, by
// the agent or by a command there. It never waits.
#include <poll.h>

#include <memory>
#include <optional>
#include <vector>

#include "life/agent_link.hpp"
#include "record/service.hpp"

namespace sandbox::life {

class ReadyCheck {
 public:
  virtual ~ReadyCheck() = default;
  virtual void add_waits(std::vector<pollfd>& waits) = 0;
  /// Looks at the entries that add_waits() added, from `first` on.
  virtual void step(const std::vector<pollfd>& waits, std::size_t first) = 0;
  /// Nothing yet, yes or no.
  virtual std::optional<bool> answer() const = 0;

  /// Throws Error when the agent takes none just now.
  static std::unique_ptr<ReadyCheck> begin(AgentLink& agent, const record::Service& service);
  /// Whether something listens there.
  static std::unique_ptr<ReadyCheck> begin(AgentLink& agent, std::uint16_t port);
};

}  // namespace sandbox::life
