#pragma once
// What the options of sandbox-test say.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "life/launch.hpp"
#include "record/report.hpp"

namespace sandbox::tool {

struct Options {
  std::optional<std::string> target;  ///< a sandbox that runs, or an image
  std::optional<Path> tests;          ///< a file of test cases
  std::optional<Path> suite;          ///< a folder with a project
  std::optional<Path> read;           ///< a report that is there
  std::optional<std::string> runner;
  std::optional<std::string> command;  ///< instead of the runner's
  std::optional<std::string> results;  ///< where that one writes its report
  std::optional<std::string> install;  ///< instead of the runner's
  bool no_install = false;
  std::optional<std::chrono::milliseconds> timeout;
  int retries = 0;
  std::optional<record::Shard> shard;
  int parallel = 1;
  bool fail_fast = false;
  int max_attempts = 1;
  std::optional<std::string> fix_command;
  std::optional<Path> junit;
  std::optional<std::string> launch_option;  ///< one that was given: only a sandbox of our own can have it
  life::LaunchRequest launch;
  cli::Output output;
};

/// "2/4"; throws Error(input) on anything else.
record::Shard parse_shard(const std::string& text);

}  // namespace sandbox::tool
