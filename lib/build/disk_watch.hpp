#pragma once
// Disk watch: how much a folder holds that somebody else fills, looked at often and counted
// seldom. It is no wall: between two looks a fast writer gets past the bound. A file costs 4 KiB
// besides its content, so that empty ones have an end, too.
#include <cstdint>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace sandbox::build {

class DiskWatch {
 public:
  DiskWatch(Path folder, std::uint64_t bound);

  /// True once it holds more than the bound. Cheap: it counts only when the file system has
  /// lost enough for that since it counted last, or now and then.
  bool is_over();

 private:
  std::uint64_t free_now() const;
  Path folder_;
  std::uint64_t bound_;
  std::uint64_t first_free_;    // when the folder was empty
  std::uint64_t counted_free_;  // when it was counted last
  std::uint64_t left_;          // what it could take then
  Stopwatch since_;
};

}  // namespace sandbox::build
