#pragma once
// Limits facts: the walls `memory`, `cpu`, `pids` and `disk` as the engine plans them here, and
// what would give a user those that are absent.
#include <string>
#include <vector>

#include "config/config.hpp"
#include "isolate/cgroup_host.hpp"
#include "line.hpp"
#include "record/wall.hpp"
#include "trial.hpp"

namespace sandbox::tool {

struct LimitFacts {
  unsigned uid = 0;
  std::string user;             ///< his name, if he has one
  bool has_systemd = false;     ///< the host was booted with it
  bool has_own_systemd = false; ///< one of the user's own runs
  bool version2 = false;        ///< its controllers are there, whoever may use them
};

/// `walls` are the engine's; `tried` is a cgroup with these limits, made and removed again.
std::vector<DiagnosisLine> judge_limits(const LimitFacts& facts, const config::Config& config,
                                        const std::vector<record::Wall>& walls, const Tried& tried);

}  // namespace sandbox::tool
