#pragma once
// Lock: an flock(2) on a file that is never unlinked. A lock belongs to the open file
// description, so it can be handed to another process with the descriptor, and the kernel
// frees it when the last holder dies: "lock free" means "owner dead", and no pid is needed.
#include <chrono>
#include <optional>

#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox {

enum class Share { exclusive, shared };

/// Waits for the lock. The file is made when it is missing.
Fd lock_file(const Path& path, Share share = Share::exclusive);

/// Nothing when somebody else holds it.
std::optional<Fd> try_lock_file(const Path& path, Share share = Share::exclusive);

/// Waits at most so long; nothing when it was not free. For where a holder that was stopped
/// must not stop us.
std::optional<Fd> lock_file_within(const Path& path, std::chrono::milliseconds patience, Share share = Share::exclusive);

/// The lock file itself, unlocked and only if it is there; an empty Fd otherwise.
Fd lock_file_for_reading(const Path& path);

}  // namespace sandbox
