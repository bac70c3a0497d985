#pragma once
// The verb of sandbox-exec: a command in a sandbox.
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "job.hpp"

namespace sandbox::tool {

struct Options {
  std::optional<std::string> target;  ///< id or name; without it, records on stdin name it
  life::Request command;              ///< argv, and what holds for every command
  std::vector<std::string> shell_commands;
  std::optional<std::string> request_file;
  std::vector<std::string> puts, gets;
  std::size_t jobs = 1;
  bool keep_going = false;
  std::optional<Path> output_directory;
  bool processes = false;
  std::optional<std::string> attach;  ///< a pid, or a service's name
  std::optional<std::string> signal;
  std::optional<int> process;
  cli::Output output;
};

/// Returns the command's own status when streams pass through; else 0, or 1 when the answer
/// is no.
int execute(const Options& options);

}  // namespace sandbox::tool
