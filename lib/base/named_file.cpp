#include "base/named_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox {

namespace {

/// "/dev/stdout", "/dev/fd/3": these lead to what is open already.
bool is_name_of_open(const Path& path) {
  std::error_code error;
  const std::string directory = std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", error);
  return !error && ((directory + "/").starts_with("/dev/") || directory.starts_with("/proc/"));
}

}  // namespace

void write_named_file(const Path& path, std::string_view bytes, unsigned mode) {
  struct stat info {};
  const bool is_new = ::lstat(path.c_str(), &info) < 0;
  if (is_new || S_ISREG(info.st_mode) || (S_ISLNK(info.st_mode) && !is_name_of_open(path))) return replace_file(path, bytes, mode);
  const Fd fd = checked_fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC), "cannot write", path.native());
  write_all(fd.get(), bytes, path.native());
}

void check_can_name(const Path& path) {
  const Path directory = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw Error(ExitCode::input, fmt::format("cannot write '{}': it is a directory", visible(path.native())), "name a file in it");
  if (!std::filesystem::is_directory(directory, error))
    throw Error(ExitCode::input, fmt::format("cannot write '{}': there is no directory '{}'", visible(path.native()), visible(directory.native())), "make it first");
}

}  // namespace sandbox
