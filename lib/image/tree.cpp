#include "image/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"

namespace sandbox::image {

namespace {

/// Attributes that describe this host or this mount, not the file.
bool is_ours(std::string_view name) {
  return name == "security.selinux" || name == "security.ima" || name == "security.evm" ||
         name.starts_with("trusted.") || is_bookkeeping(name);
}

/// The overlay does not look at the top directory of a layer.
bool may_be_opaque(const Attribute& attribute, const std::string& path, mode_t mode) {
  return attribute.name == kOpaque && attribute.value == "y" && S_ISDIR(mode) && !path.empty();
}

}  // namespace

Readable Readable::open(int parent, const char* name, const struct stat& info, const std::string& path) {
  const mode_t needed = S_ISDIR(info.st_mode) ? 0500 : 0400;
  const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const bool is_closed = ::geteuid() != 0 && (info.st_mode & needed) != needed;
  if (is_closed && ::fchmodat(parent, name, (info.st_mode & 07777) | needed, 0) < 0)
    throw_system_error("cannot read", visible(path));
  Readable readable(Fd(::openat(parent, name, flags)), is_closed ? info.st_mode & 07777 : kUnchanged);
  if (!readable.fd_) throw_system_error("cannot read", visible(path));
  return readable;
}

Readable::~Readable() {
  // What could be opened up can be shut again.
  if (fd_ && mode_ != kUnchanged) (void)::fchmod(fd_.get(), mode_);
}

std::vector<std::string> Readable::names() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(duplicate(fd_).release()), ::closedir);
  if (!stream) throw_system_error("cannot read a directory of the layer");
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      names.emplace_back(entry->d_name);
  std::ranges::sort(names);
  return names;
}

Fd open_exact(const Fd& layer, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const std::string name = path.empty() ? "." : path;
  return Fd(static_cast<int>(::syscall(SYS_openat2, layer.get(), name.c_str(), &how, sizeof how)));
}

struct stat look_at(int parent, const char* name, const std::string& path) {
  struct stat info {};
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) < 0) throw_system_error("cannot look at", visible(path));
  return info;
}

std::string link_target(int parent, const char* name, const std::string& path) {
  char target[4097];
  const ssize_t length = ::readlinkat(parent, name, target, sizeof target);
  if (length < 0) throw_system_error("cannot read the link", visible(path));
  return {target, static_cast<std::size_t>(length)};
}

std::vector<Attribute> attributes_of(int parent, const char* name, const std::string& path, const struct stat& info) {
  // There is no lgetxattrat(2): the name is reached through the descriptor's path.
  const std::string through = fmt::format("/proc/self/fd/{}/{}", parent, name);
  char text[65536];
  const ssize_t size = ::llistxattr(through.c_str(), text, sizeof text);
  if (size < 0 && errno != ENOTSUP) throw_system_error("cannot list attributes of", visible(path));
  std::vector<Attribute> attributes;
  for (const std::string_view one : split({text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))}, '\0'))
    if (!one.empty() && !is_ours(one)) attributes.push_back({std::string(one), ""});
  std::ranges::sort(attributes, {}, &Attribute::name);
  for (Attribute& one : attributes) {
    const ssize_t length = ::lgetxattr(through.c_str(), one.name.c_str(), text, sizeof text);
    if (length < 0) throw_system_error("cannot read an attribute of", visible(path));
    one.value.assign(text, static_cast<std::size_t>(length));
    if (is_overlays(one.name) && !may_be_opaque(one, path, info.st_mode))
      throw Error(ExitCode::input, fmt::format("the overlay's attribute '{}' in the layer: '{}'", visible(one.name), visible(path)));
  }
  return attributes;
}

std::uint32_t user_inside(const struct stat& info) { return ::geteuid() != 0 && info.st_uid == ::geteuid() ? 0 : info.st_uid; }

std::uint32_t group_inside(const struct stat& info) { return ::geteuid() != 0 && info.st_gid == ::getegid() ? 0 : info.st_gid; }

}  // namespace sandbox::image
