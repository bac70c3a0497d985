#include "engine/vm/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/each_data.hpp"
#include "base/error.hpp"
#include "base/said.hpp"

namespace sandbox::engine {

namespace {

constexpr const char* kMake = "/sbin/mke2fs";

Fd make_file_without_name(const Path& folder) {
  Fd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  std::string name = folder / ".disk-XXXXXX";
  file = checked_fd(::mkostemp(name.data(), O_CLOEXEC), "cannot make a disk in", folder.native());
  if (::unlink(name.c_str()) < 0) throw_system_error("cannot unlink", name);
  return file;
}

/// Only what holds data: the rest stays a hole.
void copy_data(const Fd& from, const Fd& to) {
  each_data(from, "a disk", [&](off_t at, off_t end) {
    for (off_t out = at; at < end;) {
      const ssize_t n = ::copy_file_range(from.get(), &at, to.get(), &out, static_cast<std::size_t>(end - at), 0);
      if (n < 0) throw_system_error("cannot copy a disk");
      if (n == 0) throw Error(ExitCode::failed, "a disk became shorter while it was copied");
    }
  });
}

}  // namespace

void make_empty_disk(const Path& file, std::uint64_t bytes) {
  if (::access(kMake, X_OK) < 0) throw Error(HostCheck::programs, "'mke2fs' is not installed", "apt-get install e2fsprogs");
  const Fd made = checked_fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create", file.native());
  if (::ftruncate(made.get(), static_cast<off_t>(bytes)) < 0) throw_system_error("cannot size", file.native());
  Command command;
  command.program = kMake;
  // No journal: it goes with the sandbox. Tables are made when they are used: a copy of what is not there is quick.
  command.arguments = {"mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-O", "^has_journal", "-E", "lazy_itable_init=1,nodiscard,root_owner=0:0", file.native()};
  command.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "MKE2FS_DEVICE_SECTSIZE=512"};
  const Said said = said_by(std::move(command), 65536, {1, 2});
  if (shell_code(said.ending) != 0) throw Error(ExitCode::failed, fmt::format("mke2fs cannot make a disk: {}", said.text.substr(0, said.text.find('\n'))));
}

Fd opened_anew(const Fd& file, int flags) {
  const std::string path = fmt::format("/proc/self/fd/{}", file.get());
  return checked_fd(::open(path.c_str(), flags | O_CLOEXEC), "cannot open a file anew");
}

Fd unused_disk(const Path& folder) {
  Fd file = make_file_without_name(folder);
  if (::ftruncate(file.get(), static_cast<off_t>(kLargestDisk)) < 0) throw_system_error("cannot size a disk");
  return file;
}

Fd copy_disk(const Path& empty, const Path& folder) {
  const Fd from = checked_fd(::open(empty.c_str(), O_RDONLY | O_CLOEXEC), "cannot open", empty.native());
  Fd to = make_file_without_name(folder);
  copy_file(from, to);
  return to;
}

void copy_file(const Fd& from, const Fd& to) {
  if (::ioctl(to.get(), FICLONE, from.get()) == 0) return;
  struct stat info {};
  if (::fstat(from.get(), &info) < 0 || ::ftruncate(to.get(), info.st_size) < 0) throw_system_error("cannot size a disk");
  copy_data(from, to);
}

}  // namespace sandbox::engine
