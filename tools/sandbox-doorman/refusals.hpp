#pragma once
// Refusals: what was wanted and not given, one line each, into a pipe or file that we can only
// append to. However much is refused, lines are few: what is left out is counted. What was refused
// before has no need of another line, and is counted by itself.
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "doors/report.hpp"
#include "loop.hpp"

namespace sandbox::doorman {

class Refusals {
 public:
  static constexpr std::uint64_t kMostBytes = 1 << 20;
  static constexpr double kPerSecond = 10, kBurst = 50;
  static constexpr std::size_t kMostCounted = doors::Report::kMost - 1;

  explicit Refusals(Fd log) : log_(std::move(log)) {}

  struct Wanted {
    std::optional<std::string> name;
    std::optional<std::uint16_t> port;
  };
  void add(const Wanted& wanted, const char* reason, const std::string& text, std::optional<std::string> allow);

  /// How often each was refused, and in `others` those beyond the first few.
  void tell(doors::Report& report) const;

 private:
  bool may_write();
  bool is_first(const record::Refusal& refusal);
  Fd log_;
  std::uint64_t written_ = 0;
  std::uint64_t unsaid_ = 0;
  std::map<std::string, doors::Repeated> counted_;
  std::uint64_t others_ = 0;
  double tokens_ = kBurst;
  Clock::time_point filled_ = Clock::now();
};

}  // namespace sandbox::doorman
