#pragma once
// LimitWatch: which limit of a sandbox was hit while a command ran. It asks the supervisor
// for its counters when the command begins, without waiting for the answer, and compares
// them only when the command has failed.
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "life/judge.hpp"
#include "store/store.hpp"

namespace sandbox::life {

struct LimitCounters {
  std::uint64_t memory_kills = 0;
  std::uint64_t pids_hits = 0;
  std::uint64_t disk_hits = 0;  ///< where the kernel tells; else only disk_full does
  bool disk_full = false;  ///< less than 1 MiB left
};

/// The limit that explains a failure, from the counters before and after it.
std::optional<record::Reason> limit_hit(const LimitCounters& before, const LimitCounters& after);

class LimitWatch {
 public:
  enum class Baseline {
    ask,   ///< what was counted when the command began
    zero,  ///< a sandbox in which nothing has run yet
  };
  LimitWatch(const store::Store& store, std::string id, Baseline baseline = Baseline::ask)
      : store_(store), id_(std::move(id)), baseline_(baseline) {}

  /// Sends the question about the baseline. Call it when the command has been sent off: the
  /// supervisor answers while the command starts.
  void begin();

  /// The values of the sandbox's secrets. Throws when they cannot be had: without them
  /// nothing can be redacted.
  std::vector<std::string> secrets();

  std::optional<record::Reason> hit();

 private:
  struct Answer {
    LimitCounters counters;
    std::vector<std::string> secrets;
  };
  const std::optional<Answer>& first();
  Fd ask() const;
  static std::optional<Answer> read(const Fd& connection);

  const store::Store& store_;
  std::string id_;
  Baseline baseline_;
  Fd question_;
  std::optional<Answer> first_;
};

/// For judge(); `watch` is borrowed.
LimitHit limit_hit_of(std::optional<LimitWatch>& watch);

}  // namespace sandbox::life
