#include "engine/container/container.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/text.hpp"
#include "engine/container/disk.hpp"
#include "engine/container/inside.hpp"
#include "engine/container/limits.hpp"
#include "isolate/cgroup.hpp"
#include "isolate/devices.hpp"
#include "isolate/landlock.hpp"
#include "isolate/mount.hpp"
#include "isolate/program.hpp"
#include "isolate/settle.hpp"

namespace sandbox::engine {

namespace {

class Container final : public Machine {
 public:
  Container(const Spec& spec, const HostFacts& facts, std::vector<record::Wall> walls)
      : spec_(spec), facts_(facts), walls_(std::move(walls)), cgroup_paths_(cgroup_paths(facts, spec.id)) {}
  Container(Container&&) = delete;
  ~Container() override {
    try {
      end();
    } catch (const Error&) {
      // Left for sandbox-reap, which finds the cgroups by the sandbox's id.
    }
  }

  void await_start() override;
  const std::vector<record::Wall>& walls() const override { return walls_; }
  const std::map<std::string, double>& timings_ms() const override { return timings_ms_; }
  int pid() const override { return pid_; }
  const Fd& control() const override { return control_; }
  const Fd& ending() const override { return pidfd_; }
  int cgroup() const override { return cgroup_.birth(); }
  Fd take_workspace() override { return std::move(workspace_); }
  std::optional<unsigned> owner() const override { return facts_.ids.root_is_caller() ? std::nullopt : std::optional(facts_.ids.base); }

  std::optional<std::string> objection(const record::Limits& wanted) const override;
  void limit(const record::Limits& wanted) override;
  void freeze(bool still) override { cgroup_.freeze(still); }
  Written snapshot() const override;
  record::Usage usage() const override;
  Counters counters() override;
  void kill() noexcept override;
  std::uint64_t end() override;

  void start(Fd agent);

 private:
  void let_go();
  void raise_limits();
  bool disk_is_memory() const { return !spec_.disk && !spec_.upper; }

  const Spec& spec_;
  const HostFacts& facts_;
  std::vector<record::Wall> walls_;
  std::vector<Path> cgroup_paths_;
  isolate::Cgroup cgroup_;
  std::map<std::string, double> timings_ms_;
  Stopwatch life_;
  int pid_ = -1;
  Fd pidfd_;
  Fd control_;
  Fd report_;
  Disk disk_;
  Fd workspace_;
  bool ended_ = false;
};

/// The child's report: end of file when execve closed the pipe, else what went wrong.
void throw_report(const Fd& report) {
  const std::string text = read_all(report.get(), 65536, "the report of the child");
  if (text.empty()) return;
  const std::size_t first = text.find('\n');
  const std::size_t last = text.rfind('\n');
  if (first == std::string::npos || first == last) throw Error(ExitCode::failed, "the child died with: " + visible(text));
  const auto code = static_cast<ExitCode>(std::atoi(text.substr(0, first).c_str()));
  const std::string message = text.substr(first + 1, last - first - 1), hint = text.substr(last + 1);
  if (code == ExitCode::host && hint.empty()) throw Error(HostCheck::container, message);
  throw Error(code, message, hint);
}

void Container::start(Fd agent) {
  Stopwatch watch;
  const isolate::IdMap& ids = facts_.ids;
  if (spec_.disk && !spec_.upper) disk_ = Disk::make_folder(spec_, ids);
  cgroup_ = isolate::Cgroup::create(facts_.cgroups, spec_.id, ids.base);
  auto [parent_end, child_end] = socket_pair(SOCK_SEQPACKET);
  auto [report_read, report_write] = make_pipe();
  Inside inside{spec_,
                ids,
                std::move(child_end),
                duplicate(parent_end),
                std::move(report_write),
                std::move(agent),
                pids_by_rlimit(walls_)};
  isolate::CloneResult clone = isolate::clone_isolated(cgroup_.birth());
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
  isolate::write_id_maps(pid_, ids);
  let_go();
  timings_ms_["maps"] = watch.lap_ms();
  report_ = std::move(report_read);
  raise_limits();
  timings_ms_["limits"] = watch.lap_ms();
}

/// Nodes that belong to root inside, each named by its number.
Fd host_devices(const Spec& spec, unsigned owner) {
  Fd folder = isolate::make_device_folder();
  int number = 0;
  for (const DeviceNode& device : spec.devices)
    isolate::add_device_node(folder, std::to_string(number++), device.source, device.mode, owner);
  return folder;
}

void Container::let_go() {
  Signal signal;
  std::vector<Fd> mounts;
  if (!facts_.ids.root_is_caller()) {
    const Fd space = isolate::open_user_namespace(pid_);
    constexpr std::uint64_t kLayer = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    for (const Path& layer : spec_.layers)
      mounts.push_back(isolate::copy_mount_mapped(AT_FDCWD, layer.c_str(), kLayer, space));
    for (const Share& share : spec_.shares)
      mounts.push_back(isolate::copy_mount_mapped(
          AT_FDCWD, share.source.c_str(),
          MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (share.writable ? 0 : MOUNT_ATTR_RDONLY), space));
    if (spec_.upper)
      mounts.push_back(isolate::copy_mount_mapped(AT_FDCWD, spec_.upper->c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, space));
    else if (spec_.disk)  // it belongs to root inside as it is
      mounts.push_back(isolate::copy_mount(AT_FDCWD, spec_.disk->path.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
    signal.disks = disk_is_memory() ? 0 : 1;
    if (!spec_.devices.empty()) mounts.push_back(host_devices(spec_, facts_.ids.base));
    signal.devices = spec_.devices.empty() ? 0 : 1;
    signal.layers = static_cast<std::uint32_t>(spec_.layers.size());
    signal.shares = static_cast<std::uint32_t>(spec_.shares.size());
  }
  std::vector<int> numbers;
  for (const Fd& mount : mounts) numbers.push_back(mount.get());
  send_signal(control_, signal, numbers);
}

/// While the child mounts: groups of version 1 are many and slow to make.
void Container::raise_limits() {
  cgroup_.complete(facts_.cgroups, spec_.id);
  cgroup_.limit(cgroup_limits(spec_.limits, memory_for_disk(spec_)));
  const std::vector<Fd> entrances = cgroup_.entrances();
  std::vector<int> numbers;
  for (const Fd& entrance : entrances) numbers.push_back(entrance.get());
  try {
    send_signal(control_, {}, numbers);
  } catch (const Error&) {
    kill();  // one that still waits would never close its report
    throw_report(report_);
    throw;
  }
}

void Container::await_start() {
  Stopwatch watch;
  Signal answer;
  std::vector<Fd> descriptors;
  const bool answered = receive_signal(control_, answer, descriptors);
  throw_report(report_);
  report_.close();
  if (!answered || descriptors.empty()) throw Error(ExitCode::failed, "the sandbox died while it was being made");
  // A folder of the caller's shares its file system with others: what that counts says nothing.
  if (disk_is_memory()) disk_.found(std::move(descriptors.front()));
  if (descriptors.size() > 1) workspace_ = std::move(descriptors[1]);
  for (std::size_t i = 0; i < kStages.size(); ++i)
    timings_ms_[std::string("inside.") + kStages[i]] = answer.stage_us[i] / 1000.0;
  timings_ms_["inside"] = watch.lap_ms();
}

std::optional<std::string> Container::objection(const record::Limits& wanted) const {
  return objection_to(wanted, memory_for_disk(spec_), walls_, usage(), disk_.can_be_limited());
}

void Container::limit(const record::Limits& wanted) {
  cgroup_.limit(cgroup_limits(wanted, memory_for_disk(spec_)));
  if (wanted.disk_bytes) disk_.limit(wanted);
  set_wall_limits(walls_, wanted);
}

Written Container::snapshot() const {
  if (spec_.upper) throw Error(ExitCode::input, "what a step of a build writes becomes a layer of its own");
  return {disk_.upper(), isolate::open_user_namespace(pid_)};
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
  usage.disk_bytes = disk_.used_bytes();
  return usage;
}

Counters Container::counters() {
  const isolate::CgroupHits counted = cgroup_.hits();
  Counters out{counted.memory_kills, counted.pids_hits, disk_.hits(), {}};
  if (!disk_.tells_hits()) out.disk_left_bytes = disk_.left_bytes();
  return out;
}

/// PID 1 of the namespace takes everything in it along.
void Container::kill() noexcept {
  if (pid_ > 0) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
}

std::uint64_t Container::end() {
  kill();
  if (pid_ > 0)
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  pid_ = -1;
  disk_ = {};
  const std::uint64_t cgroups = ended_ ? 0 : isolate::end_cgroups(cgroup_paths_);
  ended_ = true;
  return cgroups;
}

}  // namespace

HostFacts read_host_facts() {
  HostFacts facts;
  facts.cgroups = isolate::settle();
  facts.landlock = isolate::landlock_version();
  return facts;
}

std::vector<Path> cgroup_paths(const HostFacts& facts, const std::string& id) {
  return isolate::Cgroup::paths(facts.cgroups, id);
}

Fd prepare_agent(std::span<const unsigned char> agent) { return isolate::sealed_program("sandbox-agent", agent); }

std::unique_ptr<Machine> start_container(const Spec& spec, const HostFacts& facts, Fd agent) {
  std::vector<record::Wall> walls = plan_walls(spec, facts);
  refuse_missing(walls, spec);
  auto container = std::make_unique<Container>(spec, facts, std::move(walls));
  container->start(std::move(agent));
  return container;
}

}  // namespace sandbox::engine
