#include "isolate/cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <memory>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::isolate {

namespace {

using Clock = std::chrono::steady_clock;

void write_value(const Fd& directory, const char* name, std::string_view value) {
  const Fd fd(::openat(directory.get(), name, O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
    throw_system_error(fmt::format("cannot set the cgroup's {} to", name), value, HostCheck::cgroups);
}

/// Only where the kernel has the file (swap accounting, oom.group).
void write_if_there(const Fd& directory, const char* name, std::string_view value) {
  if (::faccessat(directory.get(), name, W_OK, 0) == 0) write_value(directory, name, value);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> read_number(const Fd& directory, const char* name) {
  const auto text = read_small(directory.get(), name);
  return text ? number(*text) : std::nullopt;
}

/// The value behind "KEY " in a file of such lines.
std::optional<std::uint64_t> read_keyed(const Fd& directory, const char* name, std::string_view key) {
  const auto text = read_small(directory.get(), name);
  if (!text) return std::nullopt;
  for (const std::string_view line : split(*text, '\n'))
    if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ' ')
      return number(line.substr(key.size() + 1));
  return std::nullopt;
}

void limit_memory(const Fd& directory, CgroupParent::Version version, std::uint64_t bytes) {
  const std::string value = fmt::format("{}", bytes);
  if (version == CgroupParent::Version::v2) {
    write_value(directory, "memory.max", value);
    write_if_there(directory, "memory.swap.max", "0");
  } else {
    // Together with swap it is never less than alone, on the way neither.
    const bool more = read_number(directory, "memory.limit_in_bytes").value_or(0) < bytes;
    if (more) write_if_there(directory, "memory.memsw.limit_in_bytes", value);
    write_value(directory, "memory.limit_in_bytes", value);
    if (!more) write_if_there(directory, "memory.memsw.limit_in_bytes", value);
  }
}

void limit_cpu(const Fd& directory, CgroupParent::Version version, double cpus) {
  constexpr int kPeriodUs = 100'000;
  const auto quota = static_cast<std::int64_t>(cpus * kPeriodUs);
  if (version == CgroupParent::Version::v2) {
    write_value(directory, "cpu.max", fmt::format("{} {}", quota, kPeriodUs));
  } else {
    write_value(directory, "cpu.cfs_period_us", fmt::format("{}", kPeriodUs));
    write_value(directory, "cpu.cfs_quota_us", fmt::format("{}", quota));
  }
}

}  // namespace

std::vector<Path> Cgroup::paths(const CgroupHost& host, const std::string& id) {
  std::vector<Path> paths;
  const auto add = [&](const Path& parent) {
    const Path path = parent / id;
    for (const Path& known : paths)
      if (known == path) return;
    paths.push_back(path);
  };
  if (host.unified) add(*host.unified);
  for (const auto* parent : {&host.memory, &host.pids, &host.cpu})
    if (*parent) add((*parent)->directory);
  if (host.tracking) add(*host.tracking);
  return paths;
}

void Cgroup::make(const Path& path, CgroupParent::Version version) {
  if (::mkdir(path.c_str(), 0755) < 0) throw_system_error("cannot make the cgroup", path.native(), HostCheck::cgroups);
  groups_.push_back({path, version, checked_fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                                               "cannot open the cgroup", path.native())});
}

Cgroup Cgroup::create(const CgroupHost& host, const std::string& id, uid_t owner) {
  Cgroup made;
  if (!host.unified) return made;
  made.make(*host.unified / id, CgroupParent::Version::v2);
  made.unified_ = duplicate(made.groups_.back().directory);
  if (owner == ::geteuid()) return made;
  // The limit files stay root's: what is delegated is making groups and moving into them.
  for (const char* name : {".", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"})
    if (::fchownat(made.unified_.get(), name, owner, owner, 0) < 0)
      throw_system_error("cannot delegate the cgroup's", name, HostCheck::cgroups);
  return made;
}

void Cgroup::complete(const CgroupHost& host, const std::string& id) {
  for (const Path& path : paths(host, id))
    if (!host.unified || path != *host.unified / id) make(path, CgroupParent::Version::v1);
  memory_ = find(host.memory, id);
  pids_ = find(host.pids, id);
  cpu_ = find(host.cpu, id);
}

void Cgroup::limit(const CgroupLimits& limits) const {
  if (memory_ && limits.memory_bytes) limit_memory(memory_->directory, memory_->version, *limits.memory_bytes);
  if (pids_ && limits.pids) write_value(pids_->directory, "pids.max", fmt::format("{}", *limits.pids));
  if (cpu_ && limits.cpus) limit_cpu(cpu_->directory, cpu_->version, *limits.cpus);
}

void Cgroup::freeze(bool still) const {
  if (!unified_) throw Error(HostCheck::cgroups, "there is no cgroup of version 2 here: nothing can be paused");
  write_value(unified_, "cgroup.freeze", still ? "1" : "0");
  const auto deadline = Clock::now() + std::chrono::seconds(1);
  while (read_keyed(unified_, "cgroup.events", "frozen") != (still ? 1U : 0U)) {
    if (Clock::now() >= deadline) {
      if (still) write_value(unified_, "cgroup.freeze", "0");
      throw Error(ExitCode::failed, "a process inside hangs in the kernel and does not come to rest");
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

const Cgroup::Group* Cgroup::find(const std::optional<CgroupParent>& parent, const std::string& id) const {
  if (!parent) return nullptr;
  for (const Group& group : groups_)
    if (group.path == parent->directory / id) return &group;
  return nullptr;
}

std::vector<Fd> Cgroup::entrances() const {
  std::vector<Fd> files;
  for (const Group& group : groups_)
    if (group.version == CgroupParent::Version::v1)
      files.push_back(checked_fd(::openat(group.directory.get(), "tasks", O_WRONLY | O_CLOEXEC),
                                 "cannot open the cgroup's tasks of", group.path.native()));
  return files;
}

void join(const std::vector<Fd>& entrances) {
  for (const Fd& file : entrances)
    if (::write(file.get(), "0", 1) != 1) throw_system_error("cannot join a cgroup", {}, HostCheck::cgroups);
}

CgroupHits Cgroup::hits() const {
  CgroupHits out;
  if (memory_) {
    const bool v2 = memory_->version == CgroupParent::Version::v2;
    out.memory_kills =
        read_keyed(memory_->directory, v2 ? "memory.events" : "memory.oom_control", "oom_kill").value_or(0);
  }
  if (pids_) out.pids_hits = read_keyed(pids_->directory, "pids.events", "max").value_or(0);
  return out;
}

CgroupUsage Cgroup::usage() const {
  CgroupUsage out;
  if (memory_) {
    const bool v2 = memory_->version == CgroupParent::Version::v2;
    out.memory_bytes = read_number(memory_->directory, v2 ? "memory.current" : "memory.usage_in_bytes");
    out.memory_peak_bytes = read_number(memory_->directory, v2 ? "memory.peak" : "memory.max_usage_in_bytes");
  }
  if (pids_) out.processes = read_number(pids_->directory, "pids.current");
  if (unified_) out.cpu_us = read_keyed(unified_, "cpu.stat", "usage_usec");
  if (cpu_ && cpu_->version == CgroupParent::Version::v1) {
    if (const auto ns = read_keyed(cpu_->directory, "cpu.stat", "throttled_time")) out.throttled_us = *ns / 1000;
  } else if (cpu_) {
    out.throttled_us = read_keyed(cpu_->directory, "cpu.stat", "throttled_usec");
  }
  return out;
}

namespace {

/// Directories first: a version-2 sandbox has groups of its own below.
std::uint64_t end_below(const Path& path, Clock::time_point deadline);

std::uint64_t end_children(const Path& path, Clock::time_point deadline) {
  std::uint64_t removed = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(path.c_str()), ::closedir);
  if (!stream) return 0;
  while (const dirent* entry = ::readdir(stream.get()))
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') removed += end_below(path / entry->d_name, deadline);
  return removed;
}

void kill_members(const Path& path) {
  const Fd kill_file(::open((path / "cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  if (kill_file && ::write(kill_file.get(), "1", 1) == 1) return;
  // Version 1: whoever is in it now. A number read here is a live member of this cgroup.
  const auto members = read_file_if_exists(path / "cgroup.procs", 1 << 20);
  for (const std::string_view line : split(members.value_or(""), '\n'))
    if (const auto pid = number(line); pid && *pid > 1) ::kill(static_cast<pid_t>(*pid), SIGKILL);
}

std::uint64_t end_below(const Path& path, Clock::time_point deadline) {
  if (::rmdir(path.c_str()) == 0) return 1;  // the usual case: the pid namespace is dead
  std::uint64_t removed = 0;
  for (;;) {
    if (errno == ENOENT) return removed;
    kill_members(path);
    removed += end_children(path, deadline);
    if (::rmdir(path.c_str()) == 0) return removed + 1;
    if (errno == EBUSY && Clock::now() > deadline)
      throw Error(ExitCode::failed, fmt::format("the cgroup '{}' does not become empty", path.native()),
                  "a process in it hangs in the kernel; run sandbox-reap again later");
    if (errno != EBUSY && errno != ENOENT && errno != ENOTEMPTY)
      throw_system_error("cannot remove the cgroup", path.native());
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    errno = EBUSY;
  }
}

}  // namespace

std::uint64_t end_cgroups(const std::vector<Path>& paths) {
  const auto deadline = Clock::now() + std::chrono::seconds(20);  // a host may be slow; one that is not is done at once
  std::uint64_t removed = 0;
  for (const Path& path : paths) removed += end_below(path, deadline);
  return removed;
}

}  // namespace sandbox::isolate
