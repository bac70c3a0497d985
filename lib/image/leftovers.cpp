#include "image/leftovers.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"

namespace sandbox::image {

namespace {

/// "etc/hosts" → "etc".
std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

void remove_from(const Fd& tree, const std::string& path, int flags) {
  const std::string parent = parent_of(path);
  const std::string name = path.substr(parent.empty() ? 0 : parent.size() + 1);
  // Best effort: what is not empty is the sandbox's.
  if (const Fd directory = open_plain(tree, parent, O_PATH | O_DIRECTORY); directory)
    (void)::unlinkat(directory.get(), name.c_str(), flags);
}

/// Those that no layer has were made with what was in them.
void remove_parents(const Fd& tree, const std::vector<Fd>& lower, const std::string& path) {
  for (std::string parent = parent_of(path); !parent.empty() && !is_below(lower, parent); parent = parent_of(parent))
    remove_from(tree, parent, AT_REMOVEDIR);
}

}  // namespace

Fd open_top(const Path& tree) {
  return checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", tree.native());
}

Fd open_plain(const Fd& root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, root.get(), path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

bool is_below(const std::vector<Fd>& lower, const std::string& path) {
  return std::ranges::any_of(lower, [&](const Fd& layer) { return bool(open_plain(layer, path, O_PATH)); });
}

void remove_file(const Fd& tree, const std::string& path) {
  const std::string parent = parent_of(path);
  const Fd directory = open_plain(tree, parent, O_PATH | O_DIRECTORY);
  if (directory && ::unlinkat(directory.get(), path.c_str() + (parent.empty() ? 0 : parent.size() + 1), 0) < 0 && errno != ENOENT && errno != EISDIR)
    throw_system_error("cannot leave out", path);
}

void remove_mounted_file(const Fd& tree, const std::vector<Fd>& lower, const std::string& path) {
  struct stat info {};
  const Fd file = open_plain(tree, path, O_PATH);
  if (file && ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0) remove_from(tree, path, 0);
  remove_parents(tree, lower, path);
}

void remove_mounted_folder(const Fd& tree, const std::vector<Fd>& lower, const std::string& path) {
  if (is_below(lower, path)) return;
  if (open_plain(tree, path, O_PATH | O_DIRECTORY)) remove_from(tree, path, AT_REMOVEDIR);
  remove_parents(tree, lower, path);
}

}  // namespace sandbox::image
