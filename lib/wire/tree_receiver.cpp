#include "wire/tree_receiver.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

namespace sandbox::wire {

namespace {

// What a set-id bit would give in the other world is nobody's intention.
constexpr mode_t kFileMode = 0777;
constexpr mode_t kDirectoryMode = 01777;
constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE
constexpr std::size_t kDeepest = 2 * kMaxDepth;

bool is_dots(const char* name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

/// ".sandbox-copy-", a word of this process, and a number.
class TemporaryName {
 public:
  TemporaryName() {
    static std::uint64_t word = 0;
    static std::uint64_t number = 0;
    if (word == 0 && ::getrandom(&word, sizeof word, 0) != sizeof word) word = static_cast<std::uint64_t>(::getpid());
    std::memcpy(text_, kPrefix, sizeof kPrefix - 1);
    size_ = sizeof kPrefix - 1;
    add(word % 1'000'000'000'000);
    text_[size_++] = '-';
    add(++number);
    text_[size_] = '\0';
  }
  const char* c_str() const { return text_; }

 private:
  void add(std::uint64_t number) {
    if (number >= 10) add(number / 10);
    text_[size_++] = static_cast<char>('0' + number % 10);
  }
  static constexpr char kPrefix[] = ".sandbox-copy-";
  char text_[64];
  std::size_t size_;
};

int remove_below(int directory, const char* name, std::size_t depth) {
  if (::unlinkat(directory, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM && errno != EBUSY) return errno;
  if (depth > kDeepest) return ELOOP;
  const int opened = ::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) return errno;
  (void)::fchmod(opened, 0700);  // ours, perhaps with a mode that forbids to empty it
  DIR* stream = ::fdopendir(opened);
  if (!stream) {
    ::close(opened);
    return ENOMEM;
  }
  int error = 0;
  while (const dirent* found = ::readdir(stream))
    if (!is_dots(found->d_name) && error == 0) error = remove_below(::dirfd(stream), found->d_name, depth + 1);
  ::closedir(stream);
  if (error == 0 && ::unlinkat(directory, name, AT_REMOVEDIR) < 0) error = errno;
  return error;
}

void times_of(const ItemHeader& header, timespec (&times)[2]) {
  times[0] = {0, UTIME_OMIT};
  times[1] = {static_cast<time_t>(header.seconds), static_cast<long>(header.nanoseconds)};
}

Problem problem_of(int error) {
  return error == EISDIR || error == ENOTDIR || error == ELOOP || error == EEXIST || error == ENOTEMPTY ? Problem::in_the_way
                                                                                                         : Problem::write;
}

}  // namespace

int remove_at(int directory, const char* name) { return remove_below(directory, name, 0); }

/// What has been made under `name`, and goes with this unless it is kept.
class TreeReceiver::Unfinished {
 public:
  /// In a directory that is new itself everything has its own name at once.
  Unfinished(const Level& level, const char* name) : directory_(level.directory), name_(level.is_new ? name : own_.c_str()) {}
  ~Unfinished() {
    if (made_) (void)remove_at(directory_, name_);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  const char* name() const { return name_; }
  bool is_made() const { return made_; }
  void made() { made_ = true; }
  void keep() { made_ = false; }

 private:
  int directory_;
  TemporaryName own_;
  const char* name_;
  bool made_ = false;
};

bool TreeReceiver::broken(int error) {
  const Problem problem = error == ECANCELED ? Problem::stopped : error == EPIPE ? Problem::cut_off : Problem::malformed;
  return failure_.set(problem, error, path_);
}

bool TreeReceiver::next(ItemHeader& header) {
  if (const int error = in_.next(header)) return broken(error);
  if (header.item != Item::problem) return true;
  PathText path;
  path.push(in_.text());
  failed_there_ = true;
  return failure_.set(static_cast<Problem>(header.flags), static_cast<int>(header.mode), path);
}

bool TreeReceiver::receive() {
  top_ = {destination_, false, "", nullptr};
  ItemHeader header;
  bool named = false;
  while (next(header)) {
    if (header.item == Item::finish) return true;
    if (options_.as && named) return broken(EBADMSG);
    named = true;
    if (!entry(top_, header)) return false;
  }
  return false;
}

bool TreeReceiver::entry(Level& level, const ItemHeader& header) {
  char name[kMaxName + 1];
  std::memcpy(name, in_.c_name(), in_.name().size() + 1);
  if (&level == &top_ && options_.as) {
    if (std::strlen(options_.as) > kMaxName) return unwritable(ENAMETOOLONG);
    std::strcpy(name, options_.as);
  }
  const std::size_t above = path_.push(name);
  bool good = false;
  ++files_;
  switch (header.item) {
    case Item::directory:
      good = directory(level, header, name);
      break;
    case Item::file:
      good = file(level, header, name);
      break;
    case Item::link:
      good = link(level, header, name);
      break;
    case Item::hard_link:
      good = hard_link(level, name);
      break;
    case Item::remove:
      good = remove(level, name);
      break;
    default:
      good = broken(EBADMSG);
  }
  path_.cut(above);
  return good;
}

bool TreeReceiver::children(Level& level) {
  for (ItemHeader header; next(header);) {
    if (header.item == Item::end) return true;
    if (!entry(level, header)) return false;
  }
  return false;
}

/// Goes into the directory that is there, or makes one. An archive may name one twice; it is
/// ours then, whatever its mode.
bool TreeReceiver::open_directory(const Level& level, Unfinished& made, const char* name, OpenDirectory& out) {
  constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  if (!level.is_new) {
    out.opened = Handle(::openat(level.directory, name, kFolder));
    if (!out.opened && errno != ENOENT) return failure_.set(problem_of(errno), errno, path_);
    if (out.opened) return ::fstat(out.opened.get(), &out.before) == 0 || unwritable(errno);
  }
  out.is_new = true;
  if (::mkdirat(level.directory, made.name(), 0700) == 0) {
    made.made();
  } else if (errno != EEXIST) {
    return unwritable(errno);
  } else if (::fstatat(level.directory, name, &out.before, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(out.before.st_mode)) {
    (void)::fchmodat(level.directory, name, 0700, 0);
  }
  out.opened = Handle(::openat(level.directory, made.name(), kFolder));
  return out.opened || failure_.set(problem_of(errno), errno, path_);
}

bool TreeReceiver::close_directory(const ItemHeader& header, const OpenDirectory& directory) {
  timespec times[2];
  times_of(header, times);
  mode_t mode = header.mode & kDirectoryMode;
  if ((header.flags & kImplied) != 0) {
    if (!directory.is_new) return true;
    const bool was_there = directory.before.st_mode != 0;
    mode = was_there ? directory.before.st_mode & kDirectoryMode : 0755;
    times[1] = was_there ? directory.before.st_mtim : timespec{0, UTIME_OMIT};
  }
  if (::fchmod(directory.opened.get(), mode) < 0) return unwritable(errno);
  (void)::futimens(directory.opened.get(), times);
  return true;
}

bool TreeReceiver::directory(Level& level, const ItemHeader& header, const char* name) {
  if (depth_ >= kMaxDepth) return failure_.set(Problem::depth, ELOOP, path_);
  char stream_name[kMaxName + 1];
  std::memcpy(stream_name, in_.c_name(), in_.name().size() + 1);
  Unfinished made(level, name);
  OpenDirectory opened;
  if (!open_directory(level, made, name, opened)) return false;
  Level inner{opened.opened.get(), opened.is_new, stream_name, nullptr};
  level.below = &inner;
  ++depth_;
  const bool good = children(inner);
  --depth_;
  level.below = nullptr;
  return good && close_directory(header, opened) && commit(level, made, name, true);
}

/// Under its own name at last.
bool TreeReceiver::commit(const Level& level, Unfinished& made, const char* name, bool is_directory) {
  if (!made.is_made() || made.name() == name) {
    made.keep();
    return true;
  }
  int error = 0;
  if (is_directory) {
    if (::syscall(SYS_renameat2, level.directory, made.name(), level.directory, name, kNoReplace) < 0) error = errno;
    if (error == EINVAL || error == ENOSYS) error = ::renameat(level.directory, made.name(), level.directory, name) < 0 ? errno : 0;
  } else if (::renameat(level.directory, made.name(), level.directory, name) < 0) {
    error = errno;
  } else {
    // Of two names of one file, rename(2) leaves both.
    (void)::unlinkat(level.directory, made.name(), 0);
  }
  if (error != 0) return failure_.set(problem_of(error), error, path_);
  made.keep();
  return true;
}

bool TreeReceiver::content(int file) {
  std::uint64_t end = 0;
  for (ItemHeader header; next(header);) {
    if (header.item == Item::end) {
      if (header.size == end) return true;
      return ::ftruncate(file, static_cast<off_t>(header.size)) == 0 || unwritable(errno);
    }
    if (header.item != Item::data) return broken(EBADMSG);
    bytes_ += header.size;
    if (bytes_ > options_.limit) return failure_.set(Problem::limit, EFBIG, path_);
    bool failed_to_write = false;
    const int error = in_.take_into(file, header.offset, header.size, failed_to_write);
    if (error != 0) return failed_to_write ? unwritable(error) : broken(error);
    if (header.offset + header.size > end) end = header.offset + header.size;
  }
  return false;
}

/// Of what an archive names twice in a new directory, the later one counts.
template <class Create>
bool TreeReceiver::make(const Level& level, Unfinished& made, const Create& create) {
  bool good = create();
  if (!good && errno == EEXIST && level.is_new && ::unlinkat(level.directory, made.name(), 0) == 0) good = create();
  if (!good) return failure_.set(problem_of(errno), errno, path_);
  made.made();
  return true;
}

bool TreeReceiver::file(Level& level, const ItemHeader& header, const char* name) {
  Unfinished made(level, name);
  if ((header.flags & (kUnchanged | kUnsent)) != 0) return broken(EBADMSG);
  Handle opened;
  const auto create = [&] {
    opened = Handle(::openat(level.directory, made.name(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    return bool(opened);
  };
  if (!make(level, made, create)) return false;
  if (!content(opened.get())) return false;
  timespec times[2];
  times_of(header, times);
  if (::fchmod(opened.get(), header.mode & kFileMode) < 0) return unwritable(errno);
  (void)::futimens(opened.get(), times);
  struct stat info {};
  if ((header.flags & kShared) != 0 &&
      (::fstat(opened.get(), &info) < 0 || !shared_.add(info.st_dev, info.st_ino, {})))
    return unwritable(ENOMEM);
  return commit(level, made, name, false);
}

bool TreeReceiver::link(Level& level, const ItemHeader& header, const char* name) {
  Unfinished made(level, name);
  if (!make(level, made, [&] { return ::symlinkat(in_.c_text(), level.directory, made.name()) == 0; })) return false;
  timespec times[2];
  times_of(header, times);
  (void)::utimensat(level.directory, made.name(), times, AT_SYMLINK_NOFOLLOW);
  return commit(level, made, name, false);
}

/// The directory and the last name of a path from the top, as the stream named them. Those that
/// are being filled have other names on the disk.
bool TreeReceiver::find_first(const char* path, int& directory, const char*& name) {
  const Level* level = &top_;
  directory = top_.directory;
  for (;;) {
    const char* slash = std::strchr(path, '/');
    const std::size_t size = slash ? static_cast<std::size_t>(slash - path) : std::strlen(path);
    if (!is_plain_name({path, size})) return false;
    if (!slash) break;
    char component[kMaxName + 1];
    std::memcpy(component, path, size);
    component[size] = '\0';
    level = level && level->below && std::strcmp(level->below->name, component) == 0 ? level->below : nullptr;
    if (level) {
      directory = level->directory;
    } else {
      on_the_way_ = Handle(::openat(directory, component, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!on_the_way_) return false;
      directory = on_the_way_.get();
    }
    path = slash + 1;
  }
  name = path;
  return true;
}

bool TreeReceiver::hard_link(Level& level, const char* name) {
  Unfinished made(level, name);
  int directory = -1;
  const char* first = nullptr;
  struct stat info {};
  if (!find_first(in_.c_text(), directory, first) || ::fstatat(directory, first, &info, AT_SYMLINK_NOFOLLOW) < 0 ||
      !shared_.find(info.st_dev, info.st_ino))
    return broken(EBADMSG);
  if (!make(level, made, [&] { return ::linkat(directory, first, level.directory, made.name(), 0) == 0; })) return false;
  return commit(level, made, name, false);
}

bool TreeReceiver::remove(const Level& level, const char* name) {
  if (!options_.may_remove) return broken(EBADMSG);
  const int error = remove_at(level.directory, name);
  return error == 0 || unwritable(error);
}

}  // namespace sandbox::wire
