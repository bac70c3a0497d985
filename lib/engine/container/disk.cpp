#include "engine/container/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/error.hpp"

namespace sandbox::engine {

namespace {

/// A place has several projects: what a former sandbox left may still be on its way out.
constexpr std::uint32_t kProjectsPerPlace = 8;
constexpr std::chrono::seconds kPatience{10};

Fd open_folder(const Path& path) {
  return checked_fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "cannot open", path.native());
}

/// Nobody else takes one of this place meanwhile: we hold it.
std::uint32_t free_project(const Fd& disks, int place) {
  const std::uint32_t first = isolate::project_of(disks) + static_cast<std::uint32_t>(place) * kProjectsPerPlace;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    // Not the first: the first of all marks the store.
    for (std::uint32_t project = first + 1; project < first + kProjectsPerPlace; ++project)
      if (isolate::use_of_project(disks, project).inodes == 0) return project;
    if (std::chrono::steady_clock::now() >= deadline)
      throw Error(ExitCode::later, "the disks of former sandboxes have not been removed yet",
                  "try again; sandbox-reap --orphans removes what nobody is removing");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::optional<struct statfs> look_at(const Fd& directory) {
  struct statfs info {};
  if (!directory || ::fstatfs(directory.get(), &info) < 0) return std::nullopt;
  return info;
}

}  // namespace

isolate::ProjectLimit disk_limit(const record::Limits& limits) {
  return {*limits.disk_bytes, *limits.disk_bytes / 16384 + 1024};
}

record::Wall disk_wall(const Spec& spec) {
  if (spec.upper) return {"disk", false, "a folder of the host", {}, {}};
  const isolate::ProjectLimit limit = disk_limit(spec.limits);
  return {"disk", true, spec.disk ? spec.disk->by : "tmpfs", limit.bytes, limit.inodes};
}

Disk Disk::make_folder(const Spec& spec, const isolate::IdMap& ids) {
  const Path& path = spec.disk->path;
  Disk disk;
  disk.limit_ = disk_limit(spec.limits);
  const Fd disks = open_folder(path.parent_path());
  const std::uint32_t project = free_project(disks, spec.place);
  if (::mkdirat(disks.get(), path.filename().c_str(), 0711) < 0) throw_system_error("cannot make the disk", path.native());
  disk.directory_ = open_folder(path);
  isolate::give_to_project(disk.directory_, project);  // while it is empty: what is made later inherits it
  isolate::limit_project(disk.directory_, project, disk.limit_);
  disk.project_ = project;
  if (::fchown(disk.directory_.get(), ids.base, ids.base) < 0) throw_system_error("cannot give away", path.native());
  struct stat info {};
  if (::fstat(disk.directory_.get(), &info) < 0) throw_system_error("cannot look at", path.native());
  disk.events_ = isolate::QuotaEvents::listen(project, info.st_dev);
  return disk;
}

void Disk::limit(const record::Limits& limits) {
  const isolate::ProjectLimit wanted = disk_limit(limits);
  isolate::limit_project(directory_, *project_, wanted);
  limit_ = wanted;
}

/// Nothing where the host has turned its quota off since.
std::optional<isolate::ProjectUse> Disk::use() const try {
  return isolate::use_of_project(directory_, *project_);
} catch (const Error&) {
  return std::nullopt;
}

/// By path only: what root inside makes of its mode is not in the way.
Fd Disk::upper() const {
  return checked_fd(::openat(directory_.get(), "u", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "cannot open on the disk", "u");
}

std::optional<std::uint64_t> Disk::used_bytes() const {
  if (project_) {
    const auto now = use();
    return now ? std::optional(now->bytes) : std::nullopt;
  }
  const auto info = look_at(directory_);
  if (!info) return std::nullopt;
  return (info->f_blocks - info->f_bfree) * static_cast<std::uint64_t>(info->f_bsize);
}

std::optional<std::uint64_t> Disk::left_bytes() const {
  if (project_) {
    const auto now = use();
    if (!now) return std::nullopt;
    return now->inodes >= limit_.inodes || now->bytes >= limit_.bytes ? 0 : limit_.bytes - now->bytes;
  }
  const auto info = look_at(directory_);
  if (!info) return std::nullopt;
  return info->f_ffree == 0 ? 0 : info->f_bfree * static_cast<std::uint64_t>(info->f_bsize);
}

std::uint64_t Disk::hits() {
  const std::uint64_t more = events_ ? events_->take() : 0;
  // The kernel tells once and is then silent until something is removed, or the limit is set.
  if (more > 0) isolate::limit_project(directory_, *project_, limit_);
  return hits_ += more;
}

std::optional<Path> put_away_disk(const Path& folder) {
  const Fd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) {
    if (errno == ENOENT) return std::nullopt;
    throw_system_error("cannot open", folder.native());
  }
  // Before it goes, and while we have it open: as long as one inode of it is there, nobody
  // takes the project, so these are certainly not a later sandbox's limits that end.
  try {
    if (const std::uint32_t project = isolate::project_of(directory)) isolate::limit_project(directory, project, {});
  } catch (const Error&) {
    // The host has turned its quota off since; limits without files do no harm.
  }
  ::futimens(directory.get(), nullptr);  // young: a sweep leaves it to us for a while
  const Path away = folder.parent_path() / (".tmp-" + folder.filename().native());
  if (::rename(folder.c_str(), away.c_str()) == 0) return away;
  if (errno == ENOENT) return std::nullopt;  // somebody else was faster
  throw_system_error("cannot remove", folder.native());
}

}  // namespace sandbox::engine
