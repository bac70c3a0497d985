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

std::uintmax_t remove_at(int parent, const char* name, const std::string& shown);

std::uintmax_t remove_entries(Fd directory, const std::string& shown) {
  std::uintmax_t freed = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(directory.get()), ::closedir);
  if (!stream) throw_system_error("cannot read the directory", shown);
  const int fd = directory.release();  // the stream owns it now
  while (const dirent* entry = ::readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      freed += remove_at(fd, entry->d_name, shown + "/" + entry->d_name);
  return freed;
}

std::uintmax_t remove_at(int parent, const char* name, const std::string& shown) {
  struct stat info {};
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
    if (errno == ENOENT) return 0;  // somebody else was faster: the goal is reached
    throw_system_error("cannot look at", shown);
  }
  std::uintmax_t freed = static_cast<std::uintmax_t>(info.st_blocks) * 512;
  if (S_ISDIR(info.st_mode)) {
    if ((info.st_mode & 0700) != 0700) ::fchmodat(parent, name, 0700, 0);
    Fd directory(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory && errno != ENOENT) throw_system_error("cannot open", shown);
    if (directory) freed += remove_entries(std::move(directory), shown);
  }
  if (::unlinkat(parent, name, S_ISDIR(info.st_mode) ? AT_REMOVEDIR : 0) < 0 && errno != ENOENT)
    throw_system_error("cannot remove", shown);
  return freed;
}

}  // namespace

std::uintmax_t remove_tree(const Path& path) {
  return remove_at(AT_FDCWD, path.c_str(), path.native());
}

}  // namespace sandbox
