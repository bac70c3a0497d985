#pragma once
// The verb of sandbox-launch: one image from the command line or image records from stdin,
// one record for each sandbox.
#include <chrono>
#include <optional>
#include <string>

#include "cli/output.hpp"
#include "life/launch.hpp"

namespace sandbox::tool {

struct Options {
  std::optional<std::string> image;
  std::optional<std::string> name;
  int count = 1;
  bool foreground = false;
  bool wait_ready = false;
  std::optional<std::chrono::milliseconds> ready_timeout;
  std::optional<Path> ssh_key;
  life::LaunchRequest request;
  cli::Output output;
};

/// Returns the exit code.
int launch_all(const Options& options);

}  // namespace sandbox::tool
