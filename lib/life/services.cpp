#include "life/services.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kShownLines = 20;

}  // namespace

Services::Services(const std::vector<record::Service>& all, AgentLink& agent, const Path& directory,
                   const std::vector<std::string>& secrets) {
  for (const record::Service& one : all) members_.emplace_back(Service(one, agent, directory, secrets));
  begin_next(std::chrono::steady_clock::now());
}

const Service& Services::named(const std::string& name) const {
  for (const Member& member : members_)
    if (member.service.what().name == name) return member.service;
  throw Error(ExitCode::input, fmt::format("the image's record names no service '{}'", name));
}

bool Services::ready() const {
  return std::ranges::all_of(members_, [](const Member& member) { return member.service.was_ready(); });
}

std::optional<Error> Services::trouble() const {
  for (const auto& [service, told, dead] : members_) {
    if (service.was_ready() || !(service.is_late() || service.is_over())) continue;
    const auto time = std::chrono::milliseconds(static_cast<long>(service.what().timeout_ms));
    const std::string why = service.is_over()         ? service.cause()
                            : service.cause().empty() ? fmt::format("not within {}", duration_text(time))
                                                      : fmt::format("not within {}, and {}", duration_text(time), service.cause());
    return Error(ExitCode::no, fmt::format("the service '{}' is not ready: {}", service.what().name, why),
                 "--no-services launches without them, to look inside", service.log().tail(kShownLines));
  }
  return std::nullopt;
}

std::vector<record::ServiceState> Services::states() const {
  std::vector<record::ServiceState> states;
  for (const Member& member : members_) states.push_back(member.service.state());
  return states;
}

std::vector<Services::Death> Services::take_deaths() {
  std::vector<Death> deaths;
  for (Member& member : members_)
    if (member.service.state().state == "failed" && !std::exchange(member.told_dead, true))
      deaths.push_back({member.service.what().name, member.service.cause()});
  return deaths;
}

void Services::stop() {
  stopping_ = true;
  stop_next();
}

bool Services::stopped() const {
  return std::ranges::all_of(members_, [](const Member& member) { return member.service.is_over() || member.service.is_waiting(); });
}

int Services::wait_ms() const {
  std::optional<SteadyTime> next;
  for (const Member& member : members_)
    if (const auto at = member.service.next()) next = next ? std::min(*next, *at) : at;
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void Services::add_waits(std::vector<pollfd>& waits) {
  for (Member& member : members_) member.service.add_waits(waits);
}

void Services::step(const std::vector<pollfd>& waits, std::size_t first) {
  const SteadyTime now = std::chrono::steady_clock::now();
  for (Member& member : members_) member.service.step(waits, first, now);
  stopping_ ? stop_next() : begin_next(now);
}

void Services::begin_next(SteadyTime now) {
  for (Member& member : members_) {
    Service& service = member.service;
    const bool may = std::ranges::all_of(service.what().after, [&](const std::string& name) { return named(name).was_ready(); });
    if (service.is_waiting() && may) service.begin(now);
  }
}

void Services::stop_next() {
  for (Member& member : members_) {
    const std::string& name = member.service.what().name;
    const bool needed = std::ranges::any_of(members_, [&](const Member& other) {
      const Service& service = other.service;
      return !service.is_over() && !service.is_waiting() && std::ranges::count(service.what().after, name) != 0;
    });
    if (!needed && !std::exchange(member.told_to_stop, true)) member.service.stop();
  }
}

}  // namespace sandbox::life
