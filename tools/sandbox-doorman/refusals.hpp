#pragma once
// Refusals: what was wanted and not given, one line each, into a pipe or file that we can only
// append to. However much is refused, lines are few: what is left out is counted.
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "loop.hpp"

namespace sandbox::doorman {

class Refusals {
 public:
  static constexpr std::uint64_t kMostBytes = 1 << 20;
  static constexpr double kPerSecond = 10, kBurst = 50;

  explicit Refusals(Fd log) : log_(std::move(log)) {}

  struct Wanted {
    std::optional<std::string> name;
    std::optional<std::uint16_t> port;
  };
  void add(const Wanted& wanted, const char* reason, const std::string& text, std::optional<std::string> allow);

 private:
  bool may_write();
  Fd log_;
  std::uint64_t written_ = 0;
  std::uint64_t unsaid_ = 0;
  double tokens_ = kBurst;
  Clock::time_point filled_ = Clock::now();
};

}  // namespace sandbox::doorman
