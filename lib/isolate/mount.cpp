#include "isolate/mount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::isolate {

Fd make_mount(const char* type, std::initializer_list<Setting> settings, std::uint64_t attributes) {
  const Fd context(::fsopen(type, FSOPEN_CLOEXEC));
  if (!context) throw_system_error("cannot make a file system of type", type, HostCheck::overlay);
  for (const Setting& setting : settings) {
    const int result =
        setting.value.empty()
            ? ::fsconfig(context.get(), FSCONFIG_SET_FLAG, setting.key, nullptr, 0)
            : ::fsconfig(context.get(), FSCONFIG_SET_STRING, setting.key, setting.value.c_str(), 0);
    if (result < 0)
      throw_system_error(fmt::format("cannot set '{}' of {}", setting.key, type), setting.value, HostCheck::overlay);
  }
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0)
    throw_system_error("cannot create a file system of type", type, HostCheck::overlay);
  Fd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned>(attributes)));
  if (!mount) throw_system_error("cannot mount", type, HostCheck::overlay);
  return mount;
}

namespace {

Fd copy_with(int directory, const char* path, mount_attr attributes, HostCheck check) {
  Fd mount(::open_tree(directory, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH));
  if (!mount) throw_system_error("cannot copy the mount of", path, check);
  if (::mount_setattr(mount.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0)
    throw_system_error("cannot change the mount of", path, check);
  return mount;
}

}  // namespace

Fd copy_mount(int directory, const char* path, std::uint64_t attributes) {
  mount_attr change{};
  change.attr_set = attributes;
  return copy_with(directory, path, change, HostCheck::overlay);
}

Fd copy_mount_mapped(int directory, const char* path, std::uint64_t attributes,
                     const Fd& user_namespace) {
  mount_attr change{};
  change.attr_set = attributes | MOUNT_ATTR_IDMAP;
  change.userns_fd = static_cast<std::uint64_t>(user_namespace.get());
  return copy_with(directory, path, change, HostCheck::id_mapping);
}

void attach(const Fd& mount, const Fd& target, std::string_view shown) {
  if (::move_mount(mount.get(), "", target.get(), "",
                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
    throw_system_error("cannot mount on", shown, HostCheck::overlay);
}

namespace {

Fd open_in_root(const Fd& root, const std::string& path, int flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
  how.resolve = resolve | RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(
      ::syscall(SYS_openat2, root.get(), path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

/// Walks to the last part's parent, making directories; returns it and the last part.
std::pair<Fd, std::string> make_parents(const Fd& root, std::string_view path) {
  Fd at = duplicate(root);
  std::string last;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..")
      throw Error(ExitCode::input, fmt::format("'..' in the path '{}' inside the sandbox", path));
    if (!last.empty()) {
      if (::mkdirat(at.get(), last.c_str(), 0755) < 0 && errno != EEXIST)
        throw_system_error("cannot make a directory for", path);
      // A link would be resolved beneath this directory, not the root: refuse it.
      at = open_in_root(at, last, O_PATH | O_DIRECTORY | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
      if (!at) throw_system_error("cannot enter the image's directory for", path, ExitCode::input);
    }
    last = part;
  }
  return {std::move(at), last};
}

}  // namespace

Fd open_beneath(const Fd& root, std::string_view path, int flags) {
  Fd fd = open_in_root(root, std::string(path), flags, 0);
  if (!fd) throw_system_error("cannot open inside the image", path, ExitCode::input);
  return fd;
}

Fd open_or_make_directory(const Fd& root, std::string_view path) {
  const auto [parent, name] = make_parents(root, path);
  if (name.empty()) return duplicate(root);
  if (::mkdirat(parent.get(), name.c_str(), 0755) < 0 && errno != EEXIST)
    throw_system_error("cannot make the directory", path);
  Fd fd = open_in_root(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
  if (!fd)
    throw_system_error("the image must have a real directory at", path, ExitCode::input);
  return fd;
}

Fd open_or_make_file(const Fd& root, std::string_view path) {
  const auto [parent, name] = make_parents(root, path);
  const Fd made(::openat(parent.get(), name.c_str(), O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!made && errno != EISDIR) throw_system_error("cannot make the file", path, ExitCode::input);
  Fd fd = open_in_root(parent, name, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
  if (!fd) throw_system_error("cannot open inside the image", path, ExitCode::input);
  return fd;
}

void receive_only() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) < 0)
    throw_system_error("cannot detach from the host's mounts", {}, HostCheck::namespaces);
}

void pivot_into(const Fd& root) {
  // "." twice: the old root ends up on top of the new one, and is detached from there.
  if (::fchdir(root.get()) < 0 || ::syscall(SYS_pivot_root, ".", ".") < 0 ||
      ::mount(nullptr, ".", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ||
      ::umount2(".", MNT_DETACH) < 0 || ::chdir("/") < 0)
    throw_system_error("cannot change the root", {}, HostCheck::overlay);
}

}  // namespace sandbox::isolate
