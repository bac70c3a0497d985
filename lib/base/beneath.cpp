#include "base/beneath.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox {

Fd open_beneath(const Path& folder, const std::string& path, int flags) {
  const Fd top(::open(folder.empty() ? "." : folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) return Fd();
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof how)));
}

std::string read_beneath(const Path& folder, const std::string& path, std::size_t limit) {
  const std::string shown = visible((folder / path).native());
  // Not blocking: a FIFO in the place of a file must not hold us.
  const Fd fd = open_beneath(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd && errno == EXDEV) throw Error(ExitCode::input, fmt::format("cannot open '{}': it leads out of its folder", shown));
  if (!fd) throw_system_error("cannot open", shown, ExitCode::input);
  struct stat info {};
  if (::fstat(fd.get(), &info) < 0) throw_system_error("cannot look at", shown);
  if (!S_ISREG(info.st_mode)) throw Error(ExitCode::input, fmt::format("{}: not a regular file", shown));
  if (static_cast<std::uint64_t>(info.st_size) > limit) throw Error(ExitCode::input, fmt::format("{}: larger than {} bytes", shown, limit));
  return read_all(fd.get(), limit, shown);
}

}  // namespace sandbox
