#include "base/temp_dir.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.hpp"

namespace sandbox {

TempDir TempDir::create(const Path& parent) {
  std::string pattern = (parent / ".tmp-XXXXXX").native();
  if (!::mkdtemp(pattern.data())) throw_system_error("cannot create a directory in", parent.native());
  return TempDir(pattern);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir::~TempDir() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const Error&) {
    // Left for the sweep in sandbox-reap: a destructor has nobody to tell.
  }
}

bool TempDir::keep_as(const Path& final) {
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, final.c_str(), RENAME_NOREPLACE) == 0) {
    path_.clear();
    return true;
  }
  if (errno == EEXIST) return false;
  throw_system_error("cannot rename into place", final.native());
}

namespace {

/// One descriptor per level, and code in a sandbox can nest without end: what lies deeper is
/// moved up to the top and removed from there.
constexpr int kMaxDepth = 64;

class Removal {
 public:
  explicit Removal(const Path& path) : path_(path.native()) {}

  std::uintmax_t run() {
    remove(AT_FDCWD, path_.c_str(), path_, 0);
    return freed_;
  }

 private:
  void remove(int parent, const char* name, const std::string& shown, int depth);
  void remove_entries(const Fd& directory, const std::string& shown, int depth);
  void move_up(int parent, const char* name, const std::string& shown);
  Fd open_directory(int parent, const char* name, unsigned mode, const std::string& shown) const;

  std::string path_;
  int top_ = -1;
  unsigned moved_ = 0;
  std::uintmax_t freed_ = 0;
};

void Removal::remove(int parent, const char* name, const std::string& shown, int depth) {
  struct stat info {};
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
    if (errno == ENOENT) return;  // somebody else was faster: the goal is reached
    throw_system_error("cannot look at", shown);
  }
  if (S_ISDIR(info.st_mode)) {
    const Fd directory = open_directory(parent, name, info.st_mode, shown);
    if (depth == kMaxDepth) return move_up(parent, name, shown);
    if (depth == 0) top_ = directory.get();
    unsigned before = 0;
    do {
      before = moved_;
      if (directory) remove_entries(directory, shown, depth);
    } while (depth == 0 && moved_ != before);
  }
  if (::unlinkat(parent, name, S_ISDIR(info.st_mode) ? AT_REMOVEDIR : 0) < 0 && errno != ENOENT)
    throw_system_error("cannot remove", shown);
  freed_ += static_cast<std::uintmax_t>(info.st_blocks) * 512;
}

void Removal::remove_entries(const Fd& directory, const std::string& shown, int depth) {
  Fd copy = duplicate(directory);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy.get()), ::closedir);
  if (!stream) throw_system_error("cannot read the directory", shown);
  (void)copy.release();  // the stream owns it now
  ::rewinddir(stream.get());
  while (const dirent* entry = ::readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      remove(directory.get(), entry->d_name, shown + "/" + entry->d_name, depth + 1);
}

void Removal::move_up(int parent, const char* name, const std::string& shown) {
  for (;;) {
    const std::string free_name = fmt::format(".deep-{}", moved_++);
    if (::renameat2(parent, name, top_, free_name.c_str(), RENAME_NOREPLACE) == 0) return;
    if (errno != EEXIST) throw_system_error("cannot move up", shown);
  }
}

/// Nothing when it has gone meanwhile.
Fd Removal::open_directory(int parent, const char* name, unsigned mode, const std::string& shown) const {
  if ((mode & 0700) != 0700) {
    // By descriptor: between the look and a chmod by name, the name could become a link.
    const Fd fd(::openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd) ::chmod(fmt::format("/proc/self/fd/{}", fd.get()).c_str(), 0700);
  }
  Fd directory(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory && errno != ENOENT) throw_system_error("cannot open", shown);
  return directory;
}

}  // namespace

std::uintmax_t remove_tree(const Path& path) { return Removal(path).run(); }

}  // namespace sandbox
