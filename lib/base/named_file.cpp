#include "base/named_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox {

void write_named_file(const Path& path, std::string_view bytes, unsigned mode) {
  struct stat info {};
  if (::stat(path.c_str(), &info) < 0) return replace_file(path, bytes, mode);
  if (S_ISREG(info.st_mode)) return replace_file(std::filesystem::canonical(path), bytes, mode);
  const Fd fd = checked_fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "cannot write", path.native());
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
