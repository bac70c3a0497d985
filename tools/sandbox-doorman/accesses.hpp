#pragma once
// Accesses: who came to a port, one line each, into the pipe that the refusals go to. The first
// ones alone; all are counted elsewhere.
#include <cstdint>

#include "base/fd.hpp"
#include "record/port.hpp"

namespace sandbox::doorman {

class Accesses {
 public:
  static constexpr std::uint64_t kMost = 100;

  explicit Accesses(Fd log) : log_(std::move(log)) {}
  void add(record::Access access);

 private:
  Fd log_;
  std::uint64_t written_ = 0;
};

}  // namespace sandbox::doorman
