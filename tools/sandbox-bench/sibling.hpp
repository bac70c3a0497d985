#pragma once
// Sibling: another of our programs, or one of the host by its path, run as its users run it and
// timed from just before its start to its end.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/child.hpp"

namespace sandbox::tool {

struct Ran {
  double wall_ms = 0;
  Ending ending;
  std::string out, err;

  bool is_good() const { return shell_code(ending) == 0; }
  /// What it said last on stderr, or how it ended; in one line, harmless to look at.
  std::string problem() const;
};

class Sibling {
 public:
  enum class Stdout { kept, dropped };

  /// `held`: a descriptor that it keeps open while it runs; borrowed.
  Sibling(const std::string& tool, const std::vector<std::string>& options, Stdout keep, int held = -1);

  const Fd& pidfd() const { return child_.pidfd(); }
  /// Nothing when the deadline passed first.
  std::optional<Ran> wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  Fd out_, err_;
  std::chrono::steady_clock::time_point start_;
  Child child_;
};

/// Called every `period` while something runs.
struct Glance {
  std::function<std::chrono::milliseconds()> period;
  std::function<void()> look;
};

/// Until it has ended, or somebody asks us to stop: throws cli::Interrupted, and it is ended.
Ran finish(Sibling sibling, const Glance& glance = {});

}  // namespace sandbox::tool
