#include "occupied.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/fd.hpp"

namespace sandbox::tool {

namespace {

constexpr std::uint64_t kBlock = 512;  // of st_blocks, whatever the file system's is

class Counting {
 public:
  explicit Counting(Patience patience) : patience_(patience) {}

  /// Takes the descriptor. What goes while we look was not there.
  void folder(Fd fd, int depth) {
    if (depth > patience_.deepest) return give_up();
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()), ::closedir);
    if (!directory) return give_up();
    (void)fd.release();  // it is the directory's now
    while (const dirent* entry = ::readdir(directory.get())) {
      if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
      if (++seen_ > patience_.most_entries) return give_up();
      one(::dirfd(directory.get()), entry->d_name, depth);
    }
  }

  const Occupied& result() const { return result_; }

 private:
  void one(int parent, const char* name, int depth) {
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) return errno == ENOENT ? void() : give_up();
    // A file with more names would be counted more than once.
    if (S_ISDIR(info.st_mode) || info.st_nlink < 2) result_.bytes += static_cast<std::uint64_t>(info.st_blocks) * kBlock;
    else result_.bytes += static_cast<std::uint64_t>(info.st_blocks) * kBlock / info.st_nlink;
    if (!S_ISDIR(info.st_mode)) return;
    Fd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd) folder(std::move(fd), depth + 1);
    else if (errno != ENOENT) give_up();
  }

  void give_up() { result_.is_all = false; }

  Patience patience_;
  std::size_t seen_ = 0;
  Occupied result_;
};

}  // namespace

Occupied occupied(const Path& folder, Patience patience) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return {0, errno == ENOENT};
  Counting counting(patience);
  counting.folder(std::move(fd), 0);
  return counting.result();
}

}  // namespace sandbox::tool
