#pragma once
// Descendants: every process below the calling one, found in /proc. A scan is a snapshot and
// proves nothing by itself: forks outrun it. See reaper.hpp for how it becomes a proof.
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace sandbox::agent {

class Descendants {
 public:
  struct Process {
    pid_t pid;
    pid_t parent;
    char state;  ///< as in /proc/PID/stat
    bool ours;   ///< below the calling process
    std::uint64_t user_us, system_us;  ///< processor time so far, in steps of a clock tick

    bool dead() const { return state == 'Z' || state == 'X'; }
    bool stopped() const { return state == 'T' || state == 't'; }
  };

  /// Looks again.
  void scan();

  void clear() { count_ = 0; }
  const Process* begin() const { return found_; }
  const Process* end() const { return found_ + count_; }

 private:
  static constexpr std::size_t kMost = 8192;
  void mark_ours();
  Process found_[kMost];  ///< after scan(), ours only
  std::size_t count_ = 0;
};

}  // namespace sandbox::agent
