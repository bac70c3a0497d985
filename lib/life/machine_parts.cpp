#include "life/machine_parts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/images.hpp"
#include "store/unfinished.hpp"

namespace sandbox::life {

namespace {

std::uint64_t bytes_of(const Path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) < 0) return 0;
  std::uint64_t bytes = S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_blocks) * 512 : 0;
  std::error_code error;
  if (S_ISDIR(info.st_mode))
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) bytes += bytes_of(entry.path());
  return bytes;
}

}  // namespace

Path made_once(const store::Store& store, const Path& target, const std::function<Path(const Path&)>& make) {
  if (::utimensat(AT_FDCWD, target.c_str(), nullptr, 0) == 0) return target;  // there, and used now
  std::filesystem::create_directories(target.parent_path());
  const store::Unfinished work = store::Unfinished::create(store);
  const Path made = make(work.path());
  std::error_code error;
  std::filesystem::rename(made, target, error);
  if (error && ::access(target.c_str(), F_OK) != 0)
    throw Error(ExitCode::failed, fmt::format("cannot keep '{}': {}", visible(target.native()), error.message()));
  return target;
}

std::vector<MachinePart> unused_parts(const store::Store& store, WallTime before) {
  std::vector<MachinePart> unused;
  std::error_code error;
  for (const char* kind : {"kernels", "packs", "disks"})
    for (const auto& entry : std::filesystem::directory_iterator(store.machines() / kind, error))
      if (store::modified(entry.path()) < before) unused.push_back({entry.path(), bytes_of(entry.path())});
  return unused;
}

}  // namespace sandbox::life
