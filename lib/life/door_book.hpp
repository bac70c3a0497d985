#pragma once
// Door book: what a supervisor writes down about its doors: refusals as they happen, all of
// those it hears of in doors.log, for people, and each kind once in the audit log; at the end
// what went through, and who came to its ports: the first ones by name. Whoever tells it has read hostile bytes: however much comes, what is
// written is bounded, and made anew.
#include <set>
#include <string>
#include <vector>

#include "audit/log.hpp"
#include "doors/report.hpp"

namespace sandbox::life {

class DoorBook {
 public:
  static constexpr std::size_t kMostKinds = doors::Report::kMost - 1;  ///< with an entry of their own: those a doorman counts
  static constexpr std::size_t kMostAccesses = 100;                ///< with an entry of their own
  static constexpr std::size_t kMostBytes = 4 << 20;               ///< read and kept over a life

  /// Borrows the log. `directory` is the sandbox's own.
  DoorBook(Path directory, std::string sandbox, audit::Log& log)
      : file_(directory / "doors.log"), sandbox_(std::move(sandbox)), log_(log) {}

  /// Takes what is in the pipe of a doorman.
  void read(const Fd& pipe);
  /// False when that was too much: nothing more is to be read.
  bool listens() const { return bytes_ < kMostBytes; }
  /// The doors of a doorman are closed.
  void close(const doors::Report& report);

  /// The first of each kind.
  const std::vector<record::Refusal>& refusals() const { return refusals_; }

 private:
  void take_line(std::string_view line);
  void take_refusal(const record::Refusal& refusal);
  void take_access(const record::Access& access);
  bool is_new(const record::Refusal& refusal);

  Path file_;
  std::string sandbox_;
  audit::Log& log_;
  std::string line_;  ///< that has no end yet
  std::size_t bytes_ = 0;
  std::size_t accesses_ = 0;
  std::set<std::string> kinds_;
  std::vector<record::Refusal> refusals_;
};

}  // namespace sandbox::life
