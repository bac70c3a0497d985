#include "engine/container/container.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/container/inside.hpp"
#include "isolate/cgroup.hpp"
#include "isolate/landlock.hpp"
#include "isolate/mount.hpp"
#include "isolate/program.hpp"

namespace sandbox::engine {

namespace {

class Container final : public Machine {
 public:
  Container(std::vector<record::Wall> walls, isolate::IdMap ids, std::vector<Path> cgroup_paths, isolate::Cgroup cgroup)
      : walls_(std::move(walls)), ids_(ids), cgroup_paths_(std::move(cgroup_paths)), cgroup_(std::move(cgroup)) {}
  Container(Container&&) = delete;
  ~Container() override {
    try {
      end();
    } catch (const Error&) {
      // Left for sandbox-reap, which finds the cgroups by the sandbox's id.
    }
  }

  const std::vector<record::Wall>& walls() const override { return walls_; }
  const std::map<std::string, double>& timings_ms() const override { return timings_ms_; }
  int pid() const override { return pid_; }
  const Fd& control() const override { return control_; }
  const Fd& ending() const override { return pidfd_; }
  int cgroup() const override { return cgroup_.birth(); }
  Fd take_workspace() override { return std::move(workspace_); }
  std::optional<unsigned> owner() const override { return ids_.single() ? std::nullopt : std::optional(ids_.base); }

  record::Usage usage() const override;
  Counters counters() const override;
  record::Freed end() override;

  void start(const Spec& spec, const HostFacts& facts, std::span<const unsigned char> agent);

 private:
  void let_go(const Spec& spec, const isolate::IdMap& ids);
  void await_agent(const Fd& report);

  std::vector<record::Wall> walls_;
  isolate::IdMap ids_;
  std::vector<Path> cgroup_paths_;
  isolate::Cgroup cgroup_;
  std::map<std::string, double> timings_ms_;
  Stopwatch life_;
  int pid_ = -1;
  Fd pidfd_;
  Fd control_;
  Fd disk_;
  Fd workspace_;
  bool ended_ = false;
};

std::pair<Fd, Fd> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) throw_system_error("cannot make a socket pair");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::pair<Fd, Fd> pipe_pair() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) throw_system_error("cannot make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

bool is_up(const std::vector<record::Wall>& walls, std::string_view name, std::string_view by) {
  for (const record::Wall& wall : walls)
    if (wall.name == name) return wall.up && wall.by == by;
  return false;
}

void Container::start(const Spec& spec, const HostFacts& facts, std::span<const unsigned char> agent) {
  Stopwatch watch;
  auto [parent_end, child_end] = socket_pair();
  auto [report_read, report_write] = pipe_pair();
  Inside inside{spec,
                facts.ids,
                std::move(child_end),
                duplicate(parent_end),
                std::move(report_write),
                isolate::sealed_program("sandbox-agent", agent),
                cgroup_.entrances(),
                is_up(walls_, "pids", "rlimit")};
  isolate::CloneResult clone = isolate::clone_isolated(cgroup_.birth(), isolate::Network::own);
  if (clone.pid == 0) {
    control_ = std::move(parent_end);
    control_.close();
    go_inside(std::move(inside));
  }
  pid_ = clone.pid;
  pidfd_ = std::move(clone.pidfd);
  control_ = std::move(parent_end);
  inside.parent.close();
  inside.control.close();
  inside.report.close();
  timings_ms_["clone"] = watch.lap_ms();
  isolate::write_id_maps(pid_, facts.ids);
  let_go(spec, facts.ids);
  timings_ms_["maps"] = watch.lap_ms();
  await_agent(report_read);
  timings_ms_["inside"] = watch.lap_ms();
}

void Container::let_go(const Spec& spec, const isolate::IdMap& ids) {
  Signal signal;
  std::vector<Fd> mounts;
  if (!ids.single()) {
    const Fd space = isolate::open_user_namespace(pid_);
    constexpr std::uint64_t kLayer = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    for (const Path& layer : spec.layers)
      mounts.push_back(isolate::copy_mount_mapped(AT_FDCWD, layer.c_str(), kLayer, space));
    for (const Share& share : spec.shares)
      mounts.push_back(isolate::copy_mount_mapped(
          AT_FDCWD, share.source.c_str(),
          MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (share.writable ? 0 : MOUNT_ATTR_RDONLY), space));
    signal.layers = static_cast<std::uint32_t>(spec.layers.size());
    signal.shares = static_cast<std::uint32_t>(spec.shares.size());
  }
  std::vector<int> numbers;
  for (const Fd& mount : mounts) numbers.push_back(mount.get());
  send_signal(control_, signal, numbers);
}

/// The child's report: end of file when execve closed the pipe, else what went wrong.
void throw_report(const Fd& report) {
  const std::string text = read_all(report.get(), 65536, "the report of the child");
  if (text.empty()) return;
  const std::size_t first = text.find('\n');
  const std::size_t last = text.rfind('\n');
  if (first == std::string::npos || first == last) throw Error(ExitCode::failed, "the child died with: " + visible(text));
  const int code = std::atoi(text.substr(0, first).c_str());
  throw Error(static_cast<ExitCode>(code), text.substr(first + 1, last - first - 1), text.substr(last + 1));
}

void Container::await_agent(const Fd& report) {
  Signal answer;
  std::vector<Fd> descriptors;
  const bool answered = receive_signal(control_, answer, descriptors);
  throw_report(report);
  if (!answered || descriptors.empty()) throw Error(ExitCode::failed, "the sandbox died while it was being made");
  disk_ = std::move(descriptors.front());
  if (descriptors.size() > 1) workspace_ = std::move(descriptors[1]);
  for (std::size_t i = 0; i < kStages.size(); ++i)
    timings_ms_[std::string("inside.") + kStages[i]] = answer.stage_us[i] / 1000.0;
}

record::Usage Container::usage() const {
  const isolate::CgroupUsage counted = cgroup_.usage();
  record::Usage usage;
  usage.wall_ms = life_.elapsed_ms();
  usage.cpu_ms = static_cast<double>(counted.cpu_us.value_or(0)) / 1000;
  usage.peak_bytes = counted.memory_peak_bytes;
  usage.memory_bytes = counted.memory_bytes;
  usage.processes = counted.processes;
  if (counted.throttled_us) usage.throttled_ms = static_cast<double>(*counted.throttled_us) / 1000;
  struct statfs info {};
  if (disk_ && ::fstatfs(disk_.get(), &info) == 0)
    usage.disk_bytes = (info.f_blocks - info.f_bfree) * static_cast<std::uint64_t>(info.f_bsize);
  return usage;
}

Counters Container::counters() const {
  const isolate::CgroupHits counted = cgroup_.hits();
  Counters out{counted.memory_kills, counted.pids_hits, {}};
  struct statfs info {};
  if (disk_ && ::fstatfs(disk_.get(), &info) == 0)
    // No inode left is as full as no block left.
    out.disk_left_bytes = info.f_ffree == 0 ? 0 : info.f_bfree * static_cast<std::uint64_t>(info.f_bsize);
  return out;
}

record::Freed Container::end() {
  record::Freed freed;
  if (ended_) return freed;
  if (pid_ > 0) {
    freed.processes = cgroup_.usage().processes.value_or(1);
    freed.bytes = usage().disk_bytes.value_or(0);
    // PID 1 of the namespace takes everything in it along.
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
  }
  disk_.close();
  freed.cgroups = isolate::end_cgroups(cgroup_paths_);
  ended_ = true;
  return freed;
}

}  // namespace

HostFacts read_host_facts() {
  HostFacts facts;
  facts.cgroups = isolate::find_cgroups(isolate::CgroupFacts::read());
  facts.landlock = isolate::landlock_version();
  return facts;
}

std::vector<Path> cgroup_paths(const HostFacts& facts, const std::string& id) {
  return isolate::Cgroup::paths(facts.cgroups, id);
}

std::unique_ptr<Machine> start_container(const Spec& spec, const HostFacts& facts, std::span<const unsigned char> agent) {
  Stopwatch watch;
  std::vector<record::Wall> walls = plan_walls(spec, facts);
  refuse_missing(walls, spec);
  std::vector<Path> paths = cgroup_paths(facts, spec.id);
  isolate::CgroupLimits limits{spec.limits.memory_bytes, spec.limits.pids, spec.limits.cpus};
  // The disk is memory, charged to the same cgroup.
  if (limits.memory_bytes) *limits.memory_bytes += *spec.limits.disk_bytes;
  auto container = [&] {
    try {
      return std::make_unique<Container>(
          std::move(walls), facts.ids, paths,
          isolate::Cgroup::create(facts.cgroups, spec.id, limits, facts.ids.single() ? ::geteuid() : facts.ids.base));
    } catch (const Error&) {
      isolate::end_cgroups(paths);
      throw;
    }
  }();
  container->start(spec, facts, agent);
  return container;
}

}  // namespace sandbox::engine
