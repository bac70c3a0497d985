#include "life/readiness.hpp"

#include <poll.h>

#include <algorithm>
#include <vector>

#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

/// The sooner of two; -1 is never.
int sooner(int a_ms, int b_ms) { return a_ms < 0 ? b_ms : b_ms < 0 ? a_ms : std::min(a_ms, b_ms); }

}  // namespace

void Readiness::wait(const Fd& others, int wait_ms) {
  std::vector<pollfd> waits{{others.get(), POLLIN, 0}};
  if (owned_.services) wait_ms = sooner(wait_ms, owned_.services->wait_ms());
  if (owned_.services) owned_.services->add_waits(waits);
  const std::size_t first_of_ports = waits.size();
  if (owned_.awaited) wait_ms = sooner(wait_ms, owned_.awaited->wait_ms());
  if (owned_.awaited) owned_.awaited->add_waits(waits);
  ::poll(waits.data(), waits.size(), wait_ms);
  if (owned_.services) owned_.services->step(waits, 1);
  if (owned_.awaited) owned_.awaited->step(waits, first_of_ports);
  if (owned_.services) note_services();
}

void Readiness::note_services() {
  for (const Services::Death& death : owned_.services->take_deaths())
    owned_.log.append_regardless(audit::service_died(owned_.plan.spec.id, death.name, death.cause));
  auto states = owned_.services->states();
  const bool changed = states != owned_.plan.sandbox.services;
  owned_.plan.sandbox.services = std::move(states);
  if (!changed) return;
  try {
    store::write_sandbox(owned_.store, owned_.plan.sandbox);
  } catch (const Error&) {
    // A full disk: lists show what was before.
  }
}

bool Readiness::is_reached() {
  if ((owned_.services && !owned_.services->ready()) || (owned_.awaited && !owned_.awaited->ready())) return false;
  owned_.awaited.reset();
  return true;
}

std::optional<Error> Readiness::trouble() const {
  std::optional<Error> trouble;
  if (owned_.services) trouble = owned_.services->trouble();
  if (!trouble && owned_.awaited) trouble = owned_.awaited->trouble();
  return trouble;
}

}  // namespace sandbox::life
