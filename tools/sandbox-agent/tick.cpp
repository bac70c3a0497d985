#include "tick.hpp"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "handle.hpp"

namespace sandbox::agent {

namespace {

constexpr long kMillisecond = 1'000'000, kSecond = 1'000'000'000;
constexpr int kTries = 5000;  ///< a second; a clock that is set back meanwhile would have us wait for longer

bool is_before(const timespec& a, const timespec& b) { return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec; }

}  // namespace

int next_tick(timespec& tick) {
  const Handle probe(::memfd_create("tick", MFD_CLOEXEC));
  if (!probe || ::clock_gettime(CLOCK_REALTIME, &tick) < 0) return errno;
  tick.tv_nsec += kMillisecond - tick.tv_nsec % kMillisecond;
  if (tick.tv_nsec >= kSecond) tick = {tick.tv_sec + 1, tick.tv_nsec - kSecond};
  struct stat info {};
  for (int tries = 0; tries < kTries; ++tries) {
    // What it says is what a file is given now, which is not always what the clock says.
    if (::fchmod(probe.get(), 0600) < 0 || ::fstat(probe.get(), &info) < 0) return errno;
    if (!is_before(info.st_ctim, tick)) return 0;
    const timespec pause{0, kMillisecond / 5};
    ::nanosleep(&pause, nullptr);
  }
  return EAGAIN;
}

}  // namespace sandbox::agent
