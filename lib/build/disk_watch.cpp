#include "build/disk_watch.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/error.hpp"

namespace sandbox::build {

namespace {

constexpr int kMaxDepth = 200;  // no layer may be deeper
constexpr double kEveryMs = 30'000;
constexpr std::uint64_t kFile = 4096;

/// What is there now; somebody may be changing it under our hands.
struct Count {
  std::uint64_t bytes = 0;
  bool whole = true;  ///< nothing was closed to us, or too deep
  void directory(const Fd& fd, int depth);
};

void Count::directory(const Fd& fd, int depth) {
  Fd copy = duplicate(fd);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy.get()), ::closedir);
  if (!stream) throw_system_error("cannot read a directory of the layer");
  (void)copy.release();  // the stream owns it now
  while (const dirent* entry = ::readdir(stream.get())) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    struct stat info {};
    if (::fstatat(fd.get(), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0) continue;  // gone meanwhile
    const std::uint64_t names = S_ISDIR(info.st_mode) ? 1 : std::max<std::uint64_t>(info.st_nlink, 1);
    bytes += (static_cast<std::uint64_t>(info.st_blocks) * 512 + kFile) / names;
    if (!S_ISDIR(info.st_mode)) continue;
    const Fd child(::openat(fd.get(), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (child && depth < kMaxDepth) directory(child, depth + 1);
    else whole = false;
  }
}

}  // namespace

DiskWatch::DiskWatch(Path folder, std::uint64_t bound)
    : folder_(std::move(folder)), bound_(bound), first_free_(free_now()), counted_free_(first_free_), left_(bound) {}

std::uint64_t DiskWatch::free_now() const {
  struct statvfs info {};
  if (::statvfs(folder_.c_str(), &info) < 0) throw_system_error("cannot look at the disk of", folder_.native());
  return std::uint64_t{info.f_bfree} * info.f_frsize + std::uint64_t{info.f_ffree} * kFile;
}

bool DiskWatch::is_over() {
  const std::uint64_t free = free_now();
  const std::uint64_t lost = counted_free_ > free ? counted_free_ - free : 0;
  if (lost <= left_ && since_.elapsed_ms() < kEveryMs) return false;
  Count count;
  count.directory(checked_fd(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot open", folder_.native()), 0);
  // What cannot be seen is taken for all that the file system has lost.
  if (!count.whole && first_free_ > free) count.bytes = std::max(count.bytes, first_free_ - free);
  counted_free_ = free;
  left_ = bound_ > count.bytes ? bound_ - count.bytes : 0;
  since_ = Stopwatch();
  return count.bytes > bound_;
}

}  // namespace sandbox::build
