#include "store/places.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/lock.hpp"

namespace sandbox::store {

namespace {

Path lock_path(const Store& store, int number) { return store.places() / fmt::format("{}.lock", number); }

std::string content(const Fd& fd) {
  char buffer[64];
  const ssize_t n = ::pread(fd.get(), buffer, sizeof buffer, 0);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

}  // namespace

std::optional<Place> take_place(const Store& store, Places places, const std::string& id) {
  // A second round, for places that a look by place_is_held() kept for a microsecond.
  for (int round = 0; round < 2; ++round)
    for (int number = places.first; number < places.first + places.count; ++number) {
      std::optional<Fd> lock = try_lock_file(lock_path(store, number));
      if (!lock) continue;
      std::string previous = content(*lock);
      // Written over: ext4 takes a file that was emptied first to the disk at once. Ids are all
      // of one length.
      const bool fits = previous.empty() || previous.size() == id.size() || ::ftruncate(lock->get(), 0) == 0;
      if (!fits || ::pwrite(lock->get(), id.data(), id.size(), 0) < 0)
        throw_system_error("cannot write the place", lock_path(store, number).native());
      return Place{number, std::move(*lock), std::move(previous)};
    }
  return std::nullopt;
}

bool place_is_held(const Store& store, int number, std::string_view id) {
  const Fd lock = lock_file_for_reading(lock_path(store, number));
  if (!lock) return false;
  if (content(lock) != id) return false;
  if (::flock(lock.get(), LOCK_SH | LOCK_NB) < 0) return true;
  return false;
}

int default_places() {
  struct sysinfo info {};
  if (::sysinfo(&info) < 0) throw_system_error("cannot read the size of the memory");
  const std::uint64_t bytes = std::uint64_t{info.totalram} * info.mem_unit;
  return static_cast<int>(std::clamp<std::uint64_t>(bytes >> 28, 4, 4096));
}

}  // namespace sandbox::store
