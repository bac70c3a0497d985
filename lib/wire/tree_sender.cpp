#include "wire/tree_sender.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "wire/handle.hpp"

namespace sandbox::wire {

const int TreeSender::kStopped = ECANCELED;

namespace {

ItemHeader described(Item item, const struct stat& info) {
  return {.item = item,
          .mode = static_cast<std::uint32_t>(info.st_mode),
          .nanoseconds = static_cast<std::uint32_t>(info.st_mtim.tv_nsec),
          .seconds = info.st_mtim.tv_sec};
}

/// Something is mounted there, which belongs to somebody else.
bool is_mounted(int parent, const char* name) {
  struct {
    std::uint32_t mask, block_size;
    std::uint64_t attributes;
    char rest[256];
  } look{};  // struct statx, as far as it is needed: headers of several libraries do not agree
  static_assert(sizeof look >= 256);
  return ::syscall(SYS_statx, parent, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &look) == 0 &&
         (look.attributes & 0x2000 /* STATX_ATTR_MOUNT_ROOT */) != 0;
}

bool is_dots(const char* name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

}  // namespace

bool TreeSender::is_since(const struct stat& info) const {
  if (info.st_ctim.tv_sec != options_.since_seconds) return info.st_ctim.tv_sec > options_.since_seconds;
  return static_cast<std::uint64_t>(info.st_ctim.tv_nsec) >= options_.since_nanoseconds;
}

bool TreeSender::fail(Problem problem, int error, std::string_view path) {
  const std::size_t above = path_.push(path);
  failure_.set(problem, error, path_);
  path_.cut(above);
  return false;
}

bool TreeSender::send(int parent, const char* name, std::string_view shown) { return entry(parent, name, shown, 0); }

bool TreeSender::send_contents(int directory) { return children(directory, 0); }

bool TreeSender::finish() {
  if (!failure_) return sent(out_.put({.item = Item::finish, .size = bytes(), .offset = files_})) && sent(out_.flush());
  if (out_.put(failure_.header(), {}, failure_.path.view()) == 0) (void)out_.flush();
  return false;
}

bool TreeSender::entry(int parent, const char* name, std::string_view shown, std::size_t depth) {
  const std::size_t above = path_.push(shown);
  struct stat info {};
  bool good = false;
  const bool since = (options_.flags & kSince) != 0;
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
    // What goes away while its folder is read was not there: a moving tree has no single state.
    good = (errno == ENOENT && depth > 0) || failure_.set(Problem::read, errno, path_);
  } else if (since && depth > 0 && is_mounted(parent, name)) {
    good = true;
  } else if (S_ISDIR(info.st_mode)) {
    good = directory(parent, name, shown, info, depth);
  } else if (S_ISREG(info.st_mode)) {
    good = file(parent, name, shown, info);
  } else if (S_ISLNK(info.st_mode)) {
    good = link(parent, name, shown, info);
  } else if (since) {
    good = without_bytes(shown, info, kUnsent);
  } else {
    good = failure_.set(Problem::special, static_cast<int>(info.st_mode & S_IFMT), path_);
  }
  path_.cut(above);
  return good;
}

bool TreeSender::directory(int parent, const char* name, std::string_view shown, const struct stat& info, std::size_t depth) {
  if (depth >= kMaxDepth) return failure_.set(Problem::depth, ELOOP, path_);
  const Handle opened(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened) return failure_.set(Problem::read, errno, path_);
  ++files_;
  return sent(out_.put(described(Item::directory, info), shown)) && children(opened.get(), depth + 1) &&
         sent(out_.put({.item = Item::end}));
}

bool TreeSender::children(int directory, std::size_t depth) {
  const int again = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = again < 0 ? nullptr : ::fdopendir(again);
  if (!stream) {
    const int error = errno;
    if (again >= 0) ::close(again);
    return failure_.set(Problem::read, error, path_);
  }
  bool good = true;
  for (;;) {
    errno = 0;
    const dirent* found = ::readdir(stream);
    if (!found) break;
    if (!is_dots(found->d_name)) good = entry(::dirfd(stream), found->d_name, found->d_name, depth == 0 ? 1 : depth);
    if (!good) break;
  }
  if (good && errno != 0) good = failure_.set(Problem::read, errno, path_);
  ::closedir(stream);
  return good;
}

/// The second name of a file that was sent already.
bool TreeSender::hard_link(std::string_view shown, const struct stat& info, bool& was_sent) {
  const char* first = inodes_.find(info.st_dev, info.st_ino);
  if (first) {
    was_sent = true;
    ++files_;
    return sent(out_.put(described(Item::hard_link, info), shown, first));
  }
  return inodes_.add(info.st_dev, info.st_ino, path_.view()) || failure_.set(Problem::read, ENOMEM, path_);
}

bool TreeSender::without_bytes(std::string_view shown, const struct stat& info, std::uint8_t flag) {
  ItemHeader header = described(Item::file, info);
  header.flags = flag;
  header.size = static_cast<std::uint64_t>(info.st_size);
  ++files_;
  return sent(out_.put(header, shown)) && sent(out_.put({.item = Item::end, .size = header.size}));
}

bool TreeSender::file(int parent, const char* name, std::string_view shown, const struct stat& info) {
  if ((options_.flags & kSince) != 0) {
    if (!is_since(info)) return without_bytes(shown, info, kUnchanged);
    if (static_cast<std::uint64_t>(info.st_size) > options_.largest) return without_bytes(shown, info, kUnsent);
  } else if (info.st_nlink > 1) {
    bool was_sent = false;
    const bool good = hard_link(shown, info, was_sent);
    if (!good || was_sent) return good;
  }
  const Handle opened(::openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat now {};
  if (!opened || ::fstat(opened.get(), &now) < 0) return failure_.set(Problem::read, errno, path_);
  if (!S_ISREG(now.st_mode)) return failure_.set(Problem::special, static_cast<int>(now.st_mode & S_IFMT), path_);
  ItemHeader header = described(Item::file, now);
  header.flags = now.st_nlink > 1 ? kShared : 0;
  header.size = static_cast<std::uint64_t>(now.st_size);
  ++files_;
  return sent(out_.put(header, shown)) && content(opened.get(), now);
}

/// A file of the kernel says 0 and has more.
bool TreeSender::growing(int file, std::uint64_t& size) {
  char chunk[4096];
  for (;;) {
    const ssize_t n = ::read(file, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure_.set(Problem::read, errno, path_);
    if (n == 0) return true;
    if (!sent(out_.put_data(size, {chunk, static_cast<std::size_t>(n)}))) return false;
    size += static_cast<std::uint64_t>(n);
  }
}

bool TreeSender::content(int file, const struct stat& info) {
  std::uint64_t size = static_cast<std::uint64_t>(info.st_size);
  const bool has_holes = static_cast<std::uint64_t>(info.st_blocks) * 512 < size;
  if (size == 0 && !growing(file, size)) return false;
  for (std::uint64_t at = 0; info.st_size != 0 && at < size;) {
    const off_t data = has_holes ? ::lseek(file, static_cast<off_t>(at), SEEK_DATA) : static_cast<off_t>(at);
    if (data < 0 && errno == ENXIO) break;  // the rest is a hole
    const off_t start = data < 0 ? static_cast<off_t>(at) : data;
    const off_t hole = has_holes && data >= 0 ? ::lseek(file, start, SEEK_HOLE) : -1;
    const std::uint64_t until = hole < 0 || static_cast<std::uint64_t>(hole) > size ? size : static_cast<std::uint64_t>(hole);
    if (static_cast<std::uint64_t>(start) >= size) break;
    const std::uint64_t from = static_cast<std::uint64_t>(start);
    const int error = out_.put_data_of(file, from, from, until - from);
    if (error == EFAULT || error == EIO) return failure_.set(Problem::read, error, path_);
    if (!sent(error)) return false;
    at = until;
  }
  struct stat now {};
  if (info.st_size != 0 && ::fstat(file, &now) == 0 && static_cast<std::uint64_t>(now.st_size) < size)
    size = static_cast<std::uint64_t>(now.st_size);
  return sent(out_.put({.item = Item::end, .size = size}));
}

bool TreeSender::link(int parent, const char* name, std::string_view shown, const struct stat& info) {
  char target[4096];
  const ssize_t length = ::readlinkat(parent, name, target, sizeof target);
  if (length <= 0) return failure_.set(Problem::read, length < 0 ? errno : EINVAL, path_);
  ++files_;
  return sent(out_.put(described(Item::link, info), shown, {target, static_cast<std::size_t>(length)}));
}

}  // namespace sandbox::wire
