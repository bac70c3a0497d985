#include "watched_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

namespace {

constexpr std::uint32_t kChanges =
    IN_ATTRIB | IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
constexpr std::chrono::milliseconds kQuiet{50};
constexpr int kMostPatience = 20;  // so often, then what is there counts

bool await(const Fd& events, std::chrono::milliseconds most) {
  pollfd waiting{events.get(), POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(most.count())) > 0;
}

bool is_left_out(const std::string& name, mode_t mode) {
  return name == "." || name == ".." || name == ".git" || !(S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode));
}

}  // namespace

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_mode == b.st_mode && a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

WatchedFolder WatchedFolder::open(const Path& path) {
  Fd top(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) throw_system_error("cannot watch", path.native(), ExitCode::input);
  return {std::move(top), checked_fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), "cannot watch", path.native())};
}

/// Watched first, then read: nothing can change in between without a word.
void WatchedFolder::look_in(const Fd& directory, const std::string& above, Look& look) {
  const std::string through = fmt::format("/proc/self/fd/{}", directory.get());
  if (::inotify_add_watch(events_.get(), through.c_str(), kChanges) < 0) is_watched_ = false;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), ::closedir);
  if (!stream) throw_system_error("cannot read", visible(above));
  while (const dirent* found = ::readdir(stream.get())) {
    const std::string name = found->d_name;
    struct stat info {};
    if (::fstatat(directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0 || is_left_out(name, info.st_mode)) continue;
    look[above + name] = info;
    if (!S_ISDIR(info.st_mode)) continue;
    const Fd below(::openat(directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (below) look_in(below, above + name + "/", look);
  }
}

Look WatchedFolder::look() {
  Look look;
  is_watched_ = true;
  look_in(top_, "", look);
  return look;
}

bool WatchedFolder::drain() {
  char bytes[16384];
  bool any = false;
  while (::read(events_.get(), bytes, sizeof bytes) > 0) any = true;
  return any;
}

bool WatchedFolder::await_change(std::chrono::milliseconds most) {
  // More folders than the kernel watches for one user: then every time counts as a change.
  if (!await(events_, most)) return !is_watched_;
  for (int i = 0; i < kMostPatience && drain(); ++i)
    if (!await(events_, kQuiet)) break;
  return true;
}

}  // namespace sandbox::tool
