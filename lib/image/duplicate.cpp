#include "image/duplicate.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/each_data.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::image {

namespace {

bool is_kept(std::string_view attribute, Owners owners) {
  if (attribute.starts_with("user.overlay.")) return false;
  // An access list names ids.
  if (attribute.starts_with("system.posix_acl_")) return owners == Owners::kept;
  return attribute.starts_with("user.") || attribute == "security.capability";
}

void copy_range(const Fd& from, const Fd& to, off_t at, off_t end, const std::string& path) {
  if (::lseek(to.get(), at, SEEK_SET) < 0) throw_system_error("cannot copy", visible(path));
  while (at < end) {
    const ssize_t n = ::sendfile(to.get(), from.get(), &at, static_cast<std::size_t>(std::min<off_t>(end - at, 1 << 30)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot copy", visible(path));
    if (n == 0) return;
  }
}

bool loses_owner(const struct stat& info, Owners owners) { return owners == Owners::roots && (info.st_uid != 0 || info.st_gid != 0); }

mode_t mode_of(const struct stat& info, Owners owners) {
  return info.st_mode & (loses_owner(info, owners) && !S_ISDIR(info.st_mode) ? 01777U : 07777U);
}

void copy_attributes(const Fd& from, const Fd& to, Owners owners, const std::string& path) {
  char text[65536];
  const ssize_t size = ::flistxattr(from.get(), text, sizeof text);
  if (size < 0 && errno != ENOTSUP) throw_system_error("cannot list attributes of", visible(path));
  for (const std::string_view one : split({text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))}, '\0')) {
    if (!is_kept(one, owners)) continue;
    const std::string name(one);
    char value[65536];
    const ssize_t length = ::fgetxattr(from.get(), name.c_str(), value, sizeof value);
    if (length < 0) throw_system_error("cannot read an attribute of", visible(path));
    if (::fsetxattr(to.get(), name.c_str(), value, static_cast<std::size_t>(length), 0) < 0)
      throw_system_error("cannot keep an attribute of", visible(path));
  }
}

}  // namespace

void copy_content(const Fd& from, const Fd& to, off_t size, const std::string& path) {
  each_data(from, visible(path), [&](off_t at, off_t end) { copy_range(from, to, at, std::min(end, size), path); });
  if (::ftruncate(to.get(), size) < 0) throw_system_error("cannot copy", visible(path));
}

bool copy_properties(const Fd& from, const Fd& to, const struct stat& info, Owners owners, const std::string& path) {
  if (owners == Owners::kept && ::fchown(to.get(), info.st_uid, info.st_gid) < 0) throw_system_error("cannot give away", visible(path));
  copy_attributes(from, to, owners, path);
  if (::fchmod(to.get(), mode_of(info, owners)) < 0) throw_system_error("cannot set the mode of", visible(path));
  const timespec times[2] = {info.st_mtim, info.st_mtim};
  if (::futimens(to.get(), times) < 0) throw_system_error("cannot set the times of", visible(path));
  return loses_owner(info, owners);
}

bool copy_properties(const Fd& parent, const char* name, const struct stat& info, Owners owners, const std::string& path) {
  if (owners == Owners::kept && ::fchownat(parent.get(), name, info.st_uid, info.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
    throw_system_error("cannot give away", visible(path));
  if (!S_ISLNK(info.st_mode) && ::fchmodat(parent.get(), name, mode_of(info, owners), 0) < 0)
    throw_system_error("cannot set the mode of", visible(path));
  const timespec times[2] = {info.st_mtim, info.st_mtim};
  if (::utimensat(parent.get(), name, times, AT_SYMLINK_NOFOLLOW) < 0) throw_system_error("cannot set the times of", visible(path));
  return loses_owner(info, owners);
}

}  // namespace sandbox::image
