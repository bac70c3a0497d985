#include "judge_ids.hpp"

namespace sandbox::tool {

namespace {

/// Root may add lines to two files: they take nothing from anybody.
Fix fix_of(const isolate::SubordinateFacts& facts, const Error& error) {
  if (facts.lack == "there is no newuidmap" || facts.lack == "there is no newgidmap") return {"apt-get install uidmap", true, false};
  if (const std::string command = isolate::subordinate_command(facts); facts.lack.empty() && !command.empty()) return {command, true, true};
  return {own_hint(error.hint())};
}

}  // namespace

DiagnosisLine judge_subuid(const isolate::SubordinateFacts& facts, bool wanted,
                           const std::function<Tried(const isolate::SubordinateIds&)>& map) {
  const bool is_root = facts.uid == 0;
  auto line = line_of(HostCheck::subuid, "isolation", wanted && !is_root ? Need::required : Need::optional,
                      "with a range of ids, users other than root can be inside a user's sandbox, and apt can work");
  if (is_root) return ok(std::move(line), "not needed: root gives every sandbox a range of its own");
  const auto lack = [&](std::string detail, std::optional<Fix> fix) {
    // All sandboxes still work, with one id.
    return wanted ? lacking(std::move(line), std::move(detail), std::move(fix)) : degraded(std::move(line), std::move(detail), std::move(fix));
  };
  try {
    const Tried tried = map(isolate::subordinate_ids(facts).front());
    return tried.holds ? ok(std::move(line), tried.found) : lack(tried.found, advice(tried.hint));
  } catch (const Error& error) {
    return lack(error.what(), fix_of(facts, error));
  }
}

}  // namespace sandbox::tool
