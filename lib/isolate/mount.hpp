#pragma once
// Mounts, by file descriptor only: made detached, then moved onto a descriptor that was
// resolved beneath the new root. No path string is ever looked up twice, so nothing inside
// an image can redirect a mount (CVE-2019-19921, CVE-2023-27561, CVE-2025-31133 …).
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace sandbox::isolate {

/// One fsconfig(2) setting; an empty value is a flag. Values end at 255 bytes (kernel limit).
struct Setting {
  const char* key;
  std::string value;
};

/// A detached mount of a new file system. `attributes`: MOUNT_ATTR_*.
Fd make_mount(const char* type, std::initializer_list<Setting> settings, std::uint64_t attributes);

/// A detached copy of the mount at `path` (relative to `directory`; empty: the descriptor
/// itself), without what is mounted below it.
Fd copy_mount(int directory, const char* path, std::uint64_t attributes);

/// The same with ids mapped through a user namespace. Needs real root; ENOSYS, EINVAL and
/// EPERM become Error(host).
Fd copy_mount_mapped(int directory, const char* path, std::uint64_t attributes, const Fd& user_namespace);

/// Puts a detached mount onto the file or directory that `target` is.
void attach(const Fd& mount, const Fd& target, std::string_view shown);

/// O_PATH descriptor of PATH beneath ROOT: `..`, absolute links and mount points inside stay
/// inside, magic links are refused.
Fd open_beneath(const Fd& root, std::string_view path, int flags);

/// Like open_beneath() for a directory that must not be reached through a link; it is made,
/// with parents, when it is missing.
Fd open_or_make_directory(const Fd& root, std::string_view path);

/// The same for a mount point that is a file.
Fd open_or_make_file(const Fd& root, std::string_view path);

/// Host unmounts still come in, ours never go out.
void receive_only();

/// Makes `root` the root of this mount namespace and lets go of the old one.
void pivot_into(const Fd& root);

}  // namespace sandbox::isolate
