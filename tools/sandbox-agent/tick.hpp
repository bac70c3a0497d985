#pragma once
// Tick: the moment between what was written and what will be, by the clock that files here have their times from.
#include <time.h>

namespace sandbox::agent {

/// Waits for the first millisecond in which no file was changed yet. 0, or an errno.
int next_tick(timespec& tick);

}  // namespace sandbox::agent
