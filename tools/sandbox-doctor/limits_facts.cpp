#include "limits_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sandbox::tool {

namespace {

bool has(const std::vector<std::string>& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

/// As refuse_missing() decides for a launch without options.
Need need_of(const config::Config& config, const std::string& wall) {
  if (has(config.require, wall)) return Need::required;
  return wall == "cpu" || has(config.allow_missing, wall) ? Need::optional : Need::required;
}

std::string delegate_version1(const LimitFacts& facts) {
  return fmt::format(
      "for controller in memory pids cpu; do d=/sys/fs/cgroup/$controller/sandbox-{0}; "
      "mkdir -p $d && chown {0} $d $d/cgroup.procs $d/tasks; done",
      facts.uid);
}

std::optional<Fix> fix_of(const LimitFacts& facts) {
  if (facts.uid == 0) return advice("run as root of the host, or in a container with a writable cgroup whose own processes are in a leaf");
  if (!facts.version2) return Fix{delegate_version1(facts), true, true};
  if (facts.has_systemd && !facts.has_own_systemd && !facts.user.empty()) return Fix{"loginctl enable-linger " + facts.user, true, true};
  return advice("have a cgroup delegated: see 'Delegated cgroups' in sandbox-config(5)");
}

std::string why_of(const std::string& wall) {
  if (wall == "memory") return "a limit on memory, without which one sandbox can starve the host";
  if (wall == "cpu") return "a limit on processor time";
  if (wall == "pids") return "a limit on processes, without which a fork bomb takes the host along";
  return "a bound on what a sandbox writes";
}

HostCheck check_of(const std::string& wall) {
  if (wall == "memory") return HostCheck::memory;
  if (wall == "cpu") return HostCheck::cpu;
  return wall == "pids" ? HostCheck::pids : HostCheck::disk;
}

DiagnosisLine judge(const LimitFacts& facts, const config::Config& config, const record::Wall& wall, const Tried& tried) {
  auto line = line_of(check_of(wall.name), "limits", need_of(config, wall.name), why_of(wall.name));
  if (wall.up && (tried.holds || wall.name == "disk")) return ok(std::move(line), wall.by == "tmpfs" ? "in memory (tmpfs)" : wall.by);
  return lacking(std::move(line), wall.up ? tried.found : wall.by, wall.up ? advice(tried.hint) : fix_of(facts));
}

}  // namespace

std::vector<DiagnosisLine> judge_limits(const LimitFacts& facts, const config::Config& config,
                                        const std::vector<record::Wall>& walls, const Tried& tried) {
  std::vector<DiagnosisLine> lines;
  for (const record::Wall& wall : walls)
    if (wall.name == "memory" || wall.name == "cpu" || wall.name == "pids" || wall.name == "disk")
      lines.push_back(judge(facts, config, wall, tried));
  return lines;
}

}  // namespace sandbox::tool
