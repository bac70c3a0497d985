#pragma once
// Sandboxed: one command of a step, in a sandbox of its own over the layers below: every wall
// that a launch has, no door but the step's, and what it writes is the step's layer.
//
// This is a launch like any other, and not the confined run that programs of the host get: the
// programs are the image's, so nothing of the host needs to show inside; the agent, the
// cgroups, the doorman, the time limit, the record in sandbox-list and the clean-up after a
// crash are there already; and what is proved of sandboxes holds for steps.
#include <chrono>
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
};

/// Throws Error(no) when the command fails; the log has what it said.
void run_sandboxed(const Sandboxed& what, const Workplace& place);

}  // namespace sandbox::build
