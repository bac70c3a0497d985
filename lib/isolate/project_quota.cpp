#include "isolate/project_quota.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/quota.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

constexpr std::uint64_t kBlock = QIF_DQBLKSIZE;  // in which limits are said

/// Clear of what people number by hand.
constexpr std::uint32_t kFirstProject = 0x40000000;
constexpr std::uint32_t kRanges = 4096;
constexpr const char* kTrial = ".tmp-quota";
constexpr std::uint32_t kTrialProject = kProjectsPerStore - 1;  // of the store's own

int quota_call(const Fd& directory, int command, std::uint32_t id, void* data) {
  return static_cast<int>(::syscall(SYS_quotactl_fd, directory.get(), QCMD(command, PRJQUOTA), id, data));
}

int set_project(const Fd& directory, std::uint32_t project, bool hand_on) {
  fsxattr attributes{};
  if (::ioctl(directory.get(), FS_IOC_FSGETXATTR, &attributes) < 0) return -1;
  attributes.fsx_projid = project;
  if (hand_on) attributes.fsx_xflags |= FS_XFLAG_PROJINHERIT;
  else attributes.fsx_xflags &= ~static_cast<std::uint32_t>(FS_XFLAG_PROJINHERIT);
  return ::ioctl(directory.get(), FS_IOC_FSSETXATTR, &attributes);
}

int set_limit(const Fd& directory, std::uint32_t project, const ProjectLimit& limit) {
  if_dqblk quota{};
  quota.dqb_bhardlimit = limit.bytes / kBlock;
  quota.dqb_ihardlimit = limit.inodes;
  quota.dqb_valid = QIF_LIMITS;
  return quota_call(directory, Q_SETQUOTA, project, &quota);
}

/// Nothing, and errno, when the file system counts nothing.
std::optional<bool> is_taken(const Fd& directory, std::uint32_t first) {
  if_nextdqblk next{};
  if (quota_call(directory, Q_GETNEXTQUOTA, first, &next) == 0) return next.dqb_id < first + kProjectsPerStore;
  return errno == ENOENT ? std::optional(false) : std::nullopt;
}

/// 0 and errno when the file system counts nothing.
std::uint32_t take_projects(const Fd& disks) {
  if (!is_taken(disks, kFirstProject)) return 0;
  const std::uint32_t own = project_of(disks);
  if (own >= kFirstProject && own % kProjectsPerStore == 0) return own;
  for (int attempt = 0; attempt < 64; ++attempt) {
    std::uint32_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) throw_system_error("cannot get random bytes");
    const std::uint32_t first = kFirstProject + number % kRanges * kProjectsPerStore;
    if (is_taken(disks, first).value_or(true)) continue;
    return set_project(disks, first, false) < 0 ? 0 : first;
  }
  errno = EAGAIN;
  return 0;
}

/// Root may exceed the limits of ext4, unless he puts that power down for a while.
class Bounded {
 public:
  Bounded() {
    ::syscall(SYS_capget, &header_, before_.data());
    auto without = before_;
    without[CAP_TO_INDEX(CAP_SYS_RESOURCE)].effective &= ~CAP_TO_MASK(CAP_SYS_RESOURCE);
    ::syscall(SYS_capset, &header_, without.data());
  }
  Bounded(const Bounded&) = delete;
  ~Bounded() { ::syscall(SYS_capset, &header_, before_.data()); }

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> before_{};
};

QuotaTrial trouble(int error) {
  constexpr std::array kNotHere = {EOPNOTSUPP, ENOTTY, ENOSYS, ESRCH, EINVAL, EPERM, EACCES, ENOTBLK, ENODEV};
  return std::find(kNotHere.begin(), kNotHere.end(), error) != kNotHere.end() ? QuotaTrial::absent : QuotaTrial::unclear;
}

QuotaTrial write_past_limit(const Fd& directory) {
  constexpr int kMostPieces = 64;
  const std::array<char, 16384> piece{};
  const Bounded bounded;
  const Fd file(::openat(directory.get(), "file", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return QuotaTrial::unclear;
  for (int written = 0; written < kMostPieces; ++written) {
    if (::write(file.get(), piece.data(), piece.size()) == static_cast<ssize_t>(piece.size())) continue;
    // The very first one meets a file system that is full for everybody.
    return written > 0 ? QuotaTrial::holds : QuotaTrial::unclear;
  }
  return QuotaTrial::absent;
}

void remove_trial(const Fd& disks) {
  ::unlinkat(disks.get(), fmt::format("{}/file", kTrial).c_str(), 0);
  ::unlinkat(disks.get(), kTrial, AT_REMOVEDIR);
}

}  // namespace

std::uint32_t project_of(const Fd& directory) {
  fsxattr attributes{};
  return ::ioctl(directory.get(), FS_IOC_FSGETXATTR, &attributes) < 0 ? 0 : attributes.fsx_projid;
}

void give_to_project(const Fd& directory, std::uint32_t project) {
  if (set_project(directory, project, true) < 0)
    throw_system_error("cannot set the project of a directory", fmt::format("{}", project), HostCheck::disk);
}

void limit_project(const Fd& directory, std::uint32_t project, const ProjectLimit& limit) {
  if (set_limit(directory, project, limit) < 0)
    throw_system_error("cannot limit the project", fmt::format("{}", project), HostCheck::disk);
}

ProjectUse use_of_project(const Fd& directory, std::uint32_t project) {
  if_dqblk quota{};
  if (quota_call(directory, Q_GETQUOTA, project, &quota) < 0) {
    if (errno == ENOENT) return {};  // nothing was ever counted
    throw_system_error("cannot read the quota of the project", fmt::format("{}", project), HostCheck::disk);
  }
  return {quota.dqb_curspace, quota.dqb_curinodes};
}

QuotaTrial try_project_quota(const Fd& disks) {
  const std::uint32_t first = take_projects(disks);
  if (first == 0) return trouble(errno);
  remove_trial(disks);  // of one that died
  if (::mkdirat(disks.get(), kTrial, 0700) < 0) return QuotaTrial::unclear;
  const Fd trial(::openat(disks.get(), kTrial, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::uint32_t project = first + kTrialProject;
  QuotaTrial answer = QuotaTrial::unclear;
  if (trial && set_project(trial, project, true) == 0 && set_limit(trial, project, {256 * kBlock, 64}) == 0)
    answer = write_past_limit(trial);
  else
    answer = trouble(errno);
  set_limit(disks, project, {});
  remove_trial(disks);
  return answer;
}

}  // namespace sandbox::isolate
