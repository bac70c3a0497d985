#pragma once
// Sandboxed: one command of a step, in a sandbox of its own over the layers below: every wall
// that a launch has, no door but the step's, and what it writes is the step's layer.
//
// This is a launch like any other, and not the confined run that programs of the host get: the
// programs are the image's, so nothing of the host needs to show inside; the agent, the
// cgroups, the doorman, the time limit, the record in sandbox-list and the clean-up after a
// crash are there already; and what is proved of sandboxes holds for steps.
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "build/step.hpp"

namespace sandbox::build {

struct Sandboxed {
  std::string script;                      ///< for /bin/sh -e
  std::map<std::string, std::string> env;
  std::vector<std::string> doors;          ///< rules and presets; none: no network
  std::optional<std::string> user, workdir;
  std::chrono::milliseconds timeout{0};
  std::string input;                       ///< its stdin
  std::vector<std::string> tells;          ///< files that are read when it has ended, before /tmp is emptied
};

/// What is in the files that it tells. Throws Error(no) when the command fails; the log has
/// what it said. `on_failure` sees the files first.
using Told = std::map<std::string, std::string>;
Told run_sandboxed(const Sandboxed& what, const Workplace& place, const std::function<void(const Told&)>& on_failure = {});

}  // namespace sandbox::build
