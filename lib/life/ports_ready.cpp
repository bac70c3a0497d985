#include "life/ports_ready.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "doors/places.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kFirstCheck{10}, kSlowestCheck{500};

}  // namespace

PortsReady::PortsReady(const std::vector<record::Port>& ports, milliseconds patience, AgentLink& agent)
    : agent_(agent), patience_(patience), deadline_(SteadyClock::now() + patience), next_check_(SteadyClock::now()), check_every_(kFirstCheck) {
  for (const record::Port& port : ports) if (port.port != doors::kSshPort) left_.push_back(port.port);  // the agent listens there
}

std::optional<Error> PortsReady::trouble() const {
  if (ready() || SteadyClock::now() < deadline_) return std::nullopt;
  return Error(ExitCode::no, fmt::format("nothing listens on port {} inside within {}", left_.front(), duration_text(patience_)),
               "--ready-timeout gives it longer; without --wait-ready, the sandbox stays to be looked at");
}

int PortsReady::wait_ms() const {
  const SteadyTime next = check_ ? deadline_ : std::min(deadline_, next_check_);
  return static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<milliseconds>(next - SteadyClock::now()).count()));
}

void PortsReady::add_waits(std::vector<pollfd>& waits) {
  waits_ = check_ != nullptr;
  if (check_) check_->add_waits(waits);
}

void PortsReady::step(const std::vector<pollfd>& waits, std::size_t first) {
  try {
    if (check_ && waits_) check_->step(waits, first);
    if (const auto answer = check_ ? check_->answer() : std::nullopt) {
      check_.reset();
      if (*answer) left_.pop_front();
    }
    if (check_ || ready() || SteadyClock::now() < next_check_) return;
    next_check_ = SteadyClock::now() + check_every_;
    check_every_ = std::min(2 * check_every_, kSlowestCheck);
    check_ = ReadyCheck::begin(agent_, left_.front());
  } catch (const Error&) {
    check_.reset();  // no room just now: the next try comes
  }
}

}  // namespace sandbox::life
