#include "life/steps.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sandbox::life {

namespace {

void withhold_the_others(std::vector<record::Altered>& changes) {
  for (record::Altered& change : changes)
    if (!change.refused()) change.state = "withheld";
}

void take_back(const std::vector<Step>& steps, std::size_t done) {
  while (done > 0) try {
      steps[--done].undo();
    } catch (const Error&) {
      // The kernel no longer takes what it had a moment ago; the others still can go back.
    }
}

}  // namespace

std::vector<record::Altered> looked_at(const std::vector<Step>& steps) {
  std::vector<record::Altered> changes;
  for (const Step& step : steps)
    changes.push_back({step.what, step.to, step.objection ? "refused" : "possible", step.objection});
  if (std::ranges::any_of(changes, &record::Altered::refused)) withhold_the_others(changes);
  return changes;
}

bool carry_out(const std::vector<Step>& steps, std::vector<record::Altered>& changes) {
  for (std::size_t i = 0; i < steps.size(); ++i) try {
      steps[i].apply();
    } catch (const Error& error) {
      take_back(steps, i);
      changes[i].state = "refused";
      changes[i].reason = error.what();
      withhold_the_others(changes);
      return false;
    }
  for (record::Altered& change : changes) change.state = "applied";
  return true;
}

}  // namespace sandbox::life
