#include "record/says_no.hpp"

#include "record/chain.hpp"

namespace sandbox::record {

namespace {

/// Of a command: finished, with exit 0; of tests: passed.
bool is_good(const Json& verdict) {
  const Json status = verdict.value("status", Json());
  return status == "passed" || (status == "finished" && verdict.value("exit", Json()) == 0);
}

}  // namespace

bool says_no(const Json& record) {
  for (const Json* at = &record; at->is_object();) {
    if (is_failure(*at)) return true;
    const auto verdict = at->find("verdict");
    if (verdict != at->end() && verdict->is_object() && !is_good(*verdict)) return true;
    const auto next = at->find("from");
    if (next == at->end()) return false;
    at = &*next;
  }
  return false;
}

}  // namespace sandbox::record
