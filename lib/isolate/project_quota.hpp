#pragma once
// Project quota: how much the files of one project may take together, on a file system that
// counts it (XFS, ext4). A directory hands its project on to all that is made in it, and nobody
// in a user namespace can change that. Whether limits hold is found out by trying.
#include <cstdint>

#include "base/fd.hpp"

namespace sandbox::isolate {

struct ProjectLimit {
  std::uint64_t bytes = 0;   ///< 0: none
  std::uint64_t inodes = 0;  ///< 0: none
};

struct ProjectUse {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;  ///< 0: the project is nobody's
};

/// The numbers of projects are the file system's, and stores share one. Each takes so many, and
/// the directory of its disks has the first of them as its own project: that marks them taken.
inline constexpr std::uint32_t kProjectsPerStore = 1U << 18;

/// The project of a directory (not O_PATH); 0: none, or the file system knows of no projects.
std::uint32_t project_of(const Fd& directory);

/// Everything that is made in the empty directory from now on belongs to the project, too.
void give_to_project(const Fd& directory, std::uint32_t project);

/// `directory`: any on the file system.
void limit_project(const Fd& directory, std::uint32_t project, const ProjectLimit& limit);
ProjectUse use_of_project(const Fd& directory, std::uint32_t project);

enum class QuotaTrial {
  holds,
  absent,   ///< it will not hold before something is mounted or formatted otherwise
  unclear,  ///< something else went wrong, a full disk for one
};

/// Takes projects for the store whose directory of disks this is, if it has none, and writes
/// past a small limit in there. One at a time.
QuotaTrial try_project_quota(const Fd& disks);

}  // namespace sandbox::isolate
