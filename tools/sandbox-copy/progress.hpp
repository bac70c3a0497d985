#pragma once
// Progress: how much was copied and how fast, in one line of a terminal, which goes when the copy
// is done. Elsewhere there is nothing: the record says it all.
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "wire/item_writer.hpp"

namespace sandbox::tool {

class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Sees what moves, and asks to stop when a signal came. Borrows this.
  wire::Onlooker onlooker();

 private:
  void moved(std::uint64_t bytes);
  bool is_live_;
  bool is_shown_ = false;
  Stopwatch watch_;
  double next_ms_;
  std::uint64_t bytes_ = 0;
};

/// "sandbox-copy: 30.0 MiB, 15.0 MiB/s".
std::string progress_text(std::uint64_t bytes, double elapsed_ms);

}  // namespace sandbox::tool
