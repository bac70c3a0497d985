#include "store/unfinished.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <optional>

#include "base/error.hpp"
#include "base/lock.hpp"

namespace sandbox::store {

namespace {

/// Between its making and its locking a folder has no lock yet, and some never have one; after
/// this long nobody works in it.
constexpr std::time_t kNewForSeconds = 60;

bool is_new(const Path& folder) {
  struct stat info {};
  return ::lstat(folder.c_str(), &info) == 0 && info.st_mtime + kNewForSeconds > std::time(nullptr);
}

/// Nothing when somebody works in it. The lock is held while it is removed: an owner that has
/// made its lock and not yet taken it waits, and then sees that it came too late.
std::optional<Fd> claim(const Path& folder) {
  Fd lock = lock_file_for_reading(folder / "lock");
  const bool is_free = lock ? ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 : !is_new(folder);
  return is_free ? std::optional(std::move(lock)) : std::nullopt;
}

void sweep(const Path& parent, Sweep how, std::vector<Abandoned>& found) {
  std::error_code unreadable;  // then there is nothing that we could remove either
  for (const auto& entry : std::filesystem::directory_iterator(parent, unreadable)) try {
      if (!entry.path().filename().native().starts_with(".tmp-")) continue;
      const std::optional<Fd> claimed = claim(entry.path());
      if (!claimed) continue;
      found.push_back({entry.path(), how == Sweep::remove ? remove_tree(entry.path()) : 0});
    } catch (const Error&) {
      // Another sweep was faster, or it cannot be removed now: the next one tries again.
    }
}

bool is_linked(const Fd& file) {
  struct stat info {};
  return ::fstat(file.get(), &info) == 0 && info.st_nlink > 0;
}

}  // namespace

Unfinished Unfinished::create(const Store& store) {
  for (;;) {
    TempDir directory = TempDir::create(store.temporary());
    Fd lock = lock_file(directory.path() / "lock");
    if (is_linked(lock)) return Unfinished(std::move(directory), std::move(lock));
    // A sweep came between the making of the lock and its taking.
  }
}

std::vector<Abandoned> sweep_unfinished(const Store& store, Sweep how) {
  std::vector<Abandoned> found;
  for (const Path& parent : {store.sandboxes(), store.temporary(), store.disks()}) sweep(parent, how, found);
  return found;
}

}  // namespace sandbox::store
