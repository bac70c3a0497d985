#pragma once
// Program: one program of the host that a step runs, confined to the step's folder, which it
// sees as /work. Everything it says goes to the log.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "build/step.hpp"

namespace sandbox::build {

struct Program {
  Path path;
  std::vector<std::string> arguments;    ///< argv
  std::vector<Path> shown;               ///< of the host, read-only, besides its programs
  std::vector<std::string> doors;        ///< rules and presets; none: no network
  std::vector<std::string> proxies;      ///< URLs that its configuration names: doors, too
  std::string directory = "/work";
  std::vector<std::string> roots;        ///< with a /dev and a /proc; see isolate/confine.hpp
  int input = -1;                        ///< stdin, borrowed; -1: /dev/null
  int output = -1;                       ///< stdout, borrowed; -1: the log
  int errors = -1;                       ///< stderr, likewise
  std::optional<std::uint64_t> largest_file;
};

/// True when it ended with 0. Throws Error(host) when it is not installed.
bool run_program(const Program& program, const Workplace& place);

/// The same; what it says is in the folder's file `told` as well, once it has ended.
bool run_kept(Program program, const Workplace& place);

/// A build that could not be carried out: exit 1, the answer is no. The log says why.
Error build_failed(std::string_view what);

}  // namespace sandbox::build
