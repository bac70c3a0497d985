#pragma once
// What the options of sandbox-bench say.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cli/output.hpp"
#include "record/proof.hpp"

namespace sandbox::tool {

struct Options {
  std::optional<std::string> image;
  std::optional<Path> read;         ///< measurements that are there
  std::uint64_t runs = 20, warmup = 2;
  std::vector<std::string> only;    ///< names of stages and commands; empty: all
  std::vector<record::Benchmark> commands;  ///< beside the image's own
  std::vector<std::uint64_t> concurrency;
  std::chrono::milliseconds timeout{300'000};
  std::vector<std::string> launch;  ///< options for sandbox-launch and sandbox-run, as they were given
  std::optional<Path> baseline;
  std::optional<double> fail_over;  ///< 0.1: ten percent
  bool markdown = false;
  std::optional<Path> html, svg;
  cli::Output output;
};

/// "launch,exec" → its words; throws Error(input) for an empty one.
std::vector<std::string> parse_list(const std::string& option, const std::string& text);

/// "1,2,8" → numbers from 1 to 256, each once.
std::vector<std::uint64_t> parse_concurrency(const std::string& text);

/// NAME=TEXT: a command for sh(1).
record::Benchmark parse_command(const std::string& text);

/// "10%" or "10" → 0.1
double parse_percent(const std::string& text);

}  // namespace sandbox::tool
