#include <fmt/format.h>
#include <sys/stat.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "life/launch.hpp"

namespace sandbox::life {

namespace {

bool is_same(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

/// True when `path` is `directory` or lies below it; both are canonical.
bool lies_in(const Path& path, const Path& directory) {
  const auto [end, rest] = std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
  return end == directory.end();
}

void refuse_forbidden(const Path& source, const store::Store& store) {
  std::error_code error;
  // Sharing a directory above the store would show the store as well.
  for (const Path& own : {std::filesystem::canonical(store.state(), error), std::filesystem::canonical(store.run(), error)})
    if (lies_in(own, source) || lies_in(source, own))
      throw Error(ExitCode::input, fmt::format("'{}' holds or is in the store: it cannot be mounted", source.native()));
  for (const char* kernel : {"/proc", "/sys", "/dev"})
    if (lies_in(source, kernel))
      throw Error(ExitCode::input, fmt::format("'{}' is the kernel's, not a folder: it cannot be mounted", source.native()));
}

}  // namespace

void check_share_target(const std::string& target) {
  const Path path(target);
  bool plain = path.is_absolute() && target != "/";
  for (const Path& part : path) plain = plain && part != ".." && part != ".";
  for (const char* reserved : {"/proc", "/sys", "/dev"}) plain = plain && !lies_in(path, reserved);
  if (!plain)
    throw Error(ExitCode::input, fmt::format("cannot mount at '{}' inside the sandbox", visible(target)),
                "an absolute path without '..', outside /proc, /sys and /dev");
}

engine::Share parse_share(const store::Store& store, const std::string& text) {
  const auto parts = split(text, ':');
  const bool rw = parts.size() == 3 && parts[2] == "rw";
  if (parts.size() < 2 || parts.size() > 3 || parts[0].empty() || (parts.size() == 3 && !rw && parts[2] != "ro"))
    throw Error(ExitCode::input, fmt::format("--mount '{}': not SRC:DST, SRC:DST:ro or SRC:DST:rw", visible(text)));
  std::error_code error;
  const Path source = std::filesystem::canonical(Path(parts[0]), error);
  if (error) throw Error(ExitCode::input, fmt::format("cannot mount '{}': {}", visible(parts[0]), error.message()));
  struct stat info {};
  if (::stat(source.c_str(), &info) < 0) throw_system_error("cannot look at", source.native(), ExitCode::input);
  if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode))
    throw Error(ExitCode::input, fmt::format("'{}' is neither a folder nor a file: it cannot be mounted", source.native()));
  struct stat root {};
  if (::stat("/", &root) == 0 && is_same(info, root))
    throw Error(ExitCode::input, "'/' cannot be mounted", "mount the folder that is needed");
  refuse_forbidden(source, store);
  const std::string target(parts[1]);
  check_share_target(target);
  return {source, target, rw};
}

}  // namespace sandbox::life
