#include "gauge.hpp"

#include <fcntl.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cstring>

namespace sandbox::bridge {

namespace {

/// The number behind `key` in a file of the group; the first one without a key.
std::uint64_t number_in(const wire::Handle& group, const char* file, std::string_view key) {
  char text[1024];
  const wire::Handle open(::openat(group.get(), file, O_RDONLY | O_CLOEXEC));
  const ssize_t size = open ? ::read(open.get(), text, sizeof text) : -1;
  if (size <= 0) return 0;
  const std::string_view all(text, static_cast<std::size_t>(size));
  const std::size_t found = key.empty() ? 0 : all.find(key);
  if (found == all.npos) return 0;
  std::uint64_t value = 0;
  for (std::size_t at = found + key.size(); at < all.size() && all[at] >= '0' && all[at] <= '9'; ++at)
    value = value * 10 + static_cast<std::uint64_t>(all[at] - '0');
  return value;
}

}  // namespace

bool Gauge::look() {
  if (!group_) return false;
  wire::Gauge now{};
  now.memory_kills = number_in(group_, "memory.events", "oom_kill ");
  now.pids_hits = number_in(group_, "pids.events", "max ");
  now.processes = number_in(group_, "pids.current", {});
  struct statfs disk {};
  if (::fstatfs(disk_.get(), &disk) == 0) {
    const auto block = static_cast<std::uint64_t>(disk.f_bsize);
    now.disk_used_bytes = (disk.f_blocks - disk.f_bfree) * block;
    now.disk_left_bytes = disk.f_ffree == 0 ? 0 : disk.f_bavail * block;
  }
  if (std::memcmp(&now, &said_, sizeof now) == 0) return false;
  said_ = now;
  const wire::Header header{sizeof now, wire::Kind::gauge, 0};
  std::memcpy(frame_, &header, sizeof header);
  std::memcpy(frame_ + sizeof header, &now, sizeof now);
  return true;
}

}  // namespace sandbox::bridge
