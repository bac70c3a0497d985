#include "store/unfinished.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "base/error.hpp"
#include "base/lock.hpp"

namespace sandbox::store {

namespace {

/// Between its making and its locking a folder has no lock yet; after this long it never will.
constexpr std::time_t kNewForSeconds = 60;

bool is_new(const Path& folder) {
  struct stat info {};
  return ::lstat(folder.c_str(), &info) == 0 && info.st_mtime + kNewForSeconds > std::time(nullptr);
}

bool is_abandoned(const Path& folder) {
  const Path lock = folder / "lock";
  if (::access(lock.c_str(), F_OK) < 0) return !is_new(folder);
  return try_lock_file(lock).has_value();
}

}  // namespace

Unfinished Unfinished::create(const Store& store) {
  TempDir directory = TempDir::create(store.temporary());
  Fd lock = lock_file(directory.path() / "lock");
  return Unfinished(std::move(directory), std::move(lock));
}

std::uint64_t sweep_unfinished(const Store& store) {
  std::uint64_t freed = 0;
  std::error_code unreadable;  // then there is nothing that we could remove either
  for (const auto& entry : std::filesystem::directory_iterator(store.temporary(), unreadable)) try {
      if (is_abandoned(entry.path())) freed += remove_tree(entry.path());
    } catch (const Error&) {
      // Another sweep was faster, or it cannot be removed now: the next one tries again.
    }
  return freed;
}

}  // namespace sandbox::store
